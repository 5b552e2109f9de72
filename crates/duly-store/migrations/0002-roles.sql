-- A person has several roles in a small firm, and an auditor's time ends.

create table person_role (
  client text not null,
  person text not null,
  role text not null check (role in
    ('technician', 'manager', 'executive', 'owner', 'auditor', 'administrator')),
  primary key (client, person, role),
  foreign key (client, person) references person (client, person)
){table_end};

insert into person_role(client, person, role) select client, person, role from person;

alter table person drop column role;
alter table person add column until {whole};
