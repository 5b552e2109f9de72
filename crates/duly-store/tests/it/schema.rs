//! The two schemas are one: the same tables, columns, keys, indexes and guards in both databases.

use crate::world::{Place, start};

/// One line for each column: table, column, type, not null, position in the primary key.
const SQLITE_COLUMNS: &str = "
select m.name, c.name, lower(c.type), c.\"notnull\", c.pk
from sqlite_master m join pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.name";

const POSTGRES_COLUMNS: &str = "
select c.table_name, c.column_name, c.data_type,
  case c.is_nullable when 'NO' then 1 else 0 end,
  coalesce(array_position(k.columns, c.column_name::text), 0)
from information_schema.columns c
left join (
  select t.relname as table_name, array_agg(a.attname::text order by p.place) as columns
  from pg_index i join pg_class t on t.oid = i.indrelid
  cross join lateral unnest(i.indkey) with ordinality as p(number, place)
  join pg_attribute a on a.attrelid = t.oid and a.attnum = p.number
  where i.indisprimary and t.relnamespace = current_schema()::regnamespace
  group by t.relname
) k on k.table_name = c.table_name
where c.table_schema = current_schema() order by c.table_name, c.column_name";

const SQLITE_INDEXES: &str = "
select i.name, (select group_concat(name) from
  (select c.name from pragma_index_info(i.name) c order by c.seqno))
from sqlite_master i where i.type = 'index' and i.sql is not null order by i.name";

const POSTGRES_INDEXES: &str = "
select x.relname, string_agg(a.attname, ',' order by p.place)
from pg_index i join pg_class x on x.oid = i.indexrelid
cross join lateral unnest(i.indkey) with ordinality as p(number, place)
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = p.number
where not i.indisprimary and not i.indisunique
and x.relnamespace = current_schema()::regnamespace
group by x.relname order by x.relname";

const SQLITE_REFERENCES: &str = "
select m.name, f.\"table\", group_concat(f.\"from\") from sqlite_master m
join pragma_foreign_key_list(m.name) f where m.type = 'table'
group by m.name, f.\"table\", f.id order by 1, 2, 3";

const POSTGRES_REFERENCES: &str = "
select t.relname, r.relname, string_agg(a.attname, ',' order by p.place)
from pg_constraint c join pg_class t on t.oid = c.conrelid
join pg_class r on r.oid = c.confrelid
cross join lateral unnest(c.conkey) with ordinality as p(number, place)
join pg_attribute a on a.attrelid = t.oid and a.attnum = p.number
where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace
group by t.relname, r.relname, c.oid order by 1, 2, 3";

const SQLITE_TRIGGERS: &str =
    "select tbl_name, name from sqlite_master where type = 'trigger' order by 1, 2";

const POSTGRES_TRIGGERS: &str = "
select t.relname, g.tgname from pg_trigger g join pg_class t on t.oid = g.tgrelid
where not g.tgisinternal and t.relnamespace = current_schema()::regnamespace order by 1, 2";

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.replace("|bigint|", "|integer|")
                .replace("|bytea|", "|blob|")
        })
        .collect();
    // The databases sort `_` differently.
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_schema() {
    let Some(postgres) = Place::postgres() else {
        return;
    };
    let sqlite = Place::sqlite();
    sqlite.open().await.close().await;
    postgres.open().await.close().await;
    for (what, one, other, least) in [
        ("columns", SQLITE_COLUMNS, POSTGRES_COLUMNS, 100),
        ("indexes", SQLITE_INDEXES, POSTGRES_INDEXES, 7),
        ("references", SQLITE_REFERENCES, POSTGRES_REFERENCES, 15),
        ("triggers", SQLITE_TRIGGERS, POSTGRES_TRIGGERS, 10),
    ] {
        let (one, other) = (lines(&sqlite.sql(one)), lines(&postgres.sql(other)));
        assert_eq!(one, other, "{what}");
        assert!(
            one.len() >= least,
            "only {} {what} were compared",
            one.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_begins_with_the_client() {
    let place = Place::sqlite();
    place.open().await.close().await;
    let mut tables = 0;
    for line in lines(&place.sql(SQLITE_COLUMNS)) {
        let parts: Vec<&str> = line.split('|').collect();
        let (table, column, position) = (parts[0], parts[1], parts[4]);
        if position == "1" && !["about", "schema_step"].contains(&table) {
            assert_eq!(column, "client", "table {table}");
            tables += 1;
        }
    }
    assert!(tables >= 20, "only {tables} tables were looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_death_in_the_middle_of_the_first_step_leaves_nothing_half_made() {
    for place in [Some(Place::sqlite()), Place::postgres()]
        .into_iter()
        .flatten()
    {
        // The marks are there, the step is not.
        let whole = if place.is_sqlite() {
            "integer"
        } else {
            "bigint"
        };
        let end = if place.is_sqlite() {
            " strict, without rowid"
        } else {
            ""
        };
        if !place.is_sqlite() {
            place.create_schema();
        }
        place.sql(&format!(
            "create table schema_step (step {whole} not null primary key, name text not null){end}"
        ));
        let store = place.baker().await;
        store.release_checkpoints(start()).await.unwrap();
        store.close().await;
        place.assert_sound().await;
    }
}
