# Makes a token for the tests, and lets everybody make tickets by mail.
use lib '/usr/share/request-tracker5/lib';
use RT;
RT::LoadConfig();
RT::Init();
my $root = RT::User->new(RT->SystemUser);
$root->Load('root');
my $token = RT::AuthToken->new($root);
my ($made, $message, $text) = $token->Create(Owner => $root->Id, Description => 'duly');
die $message unless $made;
my $everyone = RT::Group->new(RT->SystemUser);
$everyone->LoadSystemInternalGroup('Everyone');
for my $right (qw(CreateTicket ReplyToTicket SeeQueue)) {
    $everyone->PrincipalObj->GrantRight(Right => $right, Object => RT->System);
}
print "$text\n";
