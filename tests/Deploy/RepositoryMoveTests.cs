using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Deploy;

/// <summary>Deployed is one repository, <c>/old</c>, with one full backup; a letter behind a path stands for its passphrase.</summary>
public class RepositoryMoveTests
{
    [Theory]
    [InlineData("/old", false), InlineData("/old/", false), InlineData("/new", true), InlineData("/old /new", true), InlineData("/old:x", true), InlineData("", true)]
    public void A_change_of_place_number_or_encryption_is_seen(string wanted, bool differs) =>
        RepositoryMove.Of(Settings(wanted), Deployed("/old")).Differs.ShouldBe(differs);

    [Fact]
    public void Where_nothing_is_deployed_nothing_is_compared()
    {
        RepositoryMove.Of(Settings("/new"), null).Differs.ShouldBeFalse();
        RepositoryMove.Of(Settings("/new"), Given.Node).Differs.ShouldBeFalse();
    }

    [Fact]
    public void The_only_repository_with_a_full_backup_is_not_left_for_an_empty_one() => Refused(
        "/old", "/new", Looked(holds: false), $"the configuration does not have /old (1 full backup, the newest {Given.Label}) any more, and none of its repositories holds a full backup of this cluster",
        "put it back in addition to the new one and run Deploy");

    [Fact]
    public void The_repository_of_another_cluster_is_named_as_such() => Refused(
        "/old", "/new", Looked(holds: true, system: "1"), "in the repository is of 1: another cluster's", "each cluster needs a stanza of its own");

    [Fact]
    public void Nor_for_none_at_all() => Refused("/old", "", null, "and no other repository", "--drop-repository /old");

    [Fact]
    public void A_repository_that_does_not_answer_may_hold_all_there_is()
    {
        var dead = Deployed("/old") with { Repository = null, Repositories = [new(1, 99, "[HostConnectError] no answer from there", "none", "", "")] };
        Guards.ShouldRefuse(() => Guard(dead, "/new", Looked(holds: false), ""), "/old (which does not answer: [HostConnectError] no answer from there)", "--drop-repository /old");
        Guard(dead, "/new", Looked(holds: false), "/old");
    }

    [Theory]
    [InlineData("/old", "/new /old"), InlineData("/old", "/old /new"), InlineData("/old /second", "/second")]
    public void One_that_stays_and_holds_a_full_backup_is_enough(string deployed, string wanted) => Guard(Deployed(deployed), wanted, Looked(holds: false), "");

    [Fact]
    public void So_is_a_new_one_that_holds_one_already() => Guard(Deployed("/old"), "/new", Looked(holds: true), "");

    [Fact]
    public void Nothing_is_lost_with_one_that_holds_none()
    {
        var empty = Deployed("/old");
        Guard(empty with { Repository = empty.Repository! with { Sets = [] } }, "/new", Looked(holds: false), "");
    }

    [Theory]
    [InlineData("/old", true), InlineData("/else, /old", true), InlineData("/ol", false), InlineData("old", false), InlineData("yes", false)]
    public void What_is_given_up_is_named_word_for_word(string drop, bool goesOn)
    {
        var guard = () => Guard(Deployed("/old"), "/new", Looked(holds: false), drop);
        if (goesOn)
            guard.ShouldNotThrow();
        else
            Guards.ShouldRefuse(guard, "/old", "--drop-repository /old");
    }

    [Theory]
    [InlineData("/old", "/old:x", "repository 1 (/old) is not encrypted, and the configuration says the opposite")]
    [InlineData("/old:x", "/old", "repository 1 (/old) is encrypted, and the configuration says the opposite")]
    [InlineData("/old:x", "/new /old", "repository 2 (/old) is encrypted, and the configuration says the opposite")]
    public void Encryption_is_neither_set_nor_taken_away_in_place(string deployed, string wanted, string reason) =>
        Refused(deployed, wanted, Looked(holds: true), reason, "add a repository with another path");

    [Fact]
    public void Before_anything_is_stored_it_may_be()
    {
        var empty = Deployed("/old") with { Repositories = Given.Status(1) };
        Guard(empty, "/old:x", Looked(holds: false), "");
    }

    [Fact]
    public void Another_passphrase_is_refused() => Refused(
        "/old:x", "/old:y /new",
        new NodeFacts { Repositories = [new(1, 99, StorageTrouble.Explain("[CryptoError] unable to flush"), "aes-256-cbc", "", ""), new(2, 1, "missing stanza path", "none", "", "")] },
        "repository 1 (/old) is encrypted with another passphrase, or not encrypted: a passphrase cannot be set, changed or taken away in place", "docs/runbook.md");

    [Fact]
    public void New_repositories_that_do_not_answer_are_refused_before_anything_is_changed() => Refused(
        "/old", "/old /new", new NodeFacts { RepositoryError = "no answer from there" }, "does not answer: no answer from there", "correct pgbackrest.repositories");

    private static void Refused(string deployed, string wanted, NodeFacts? looked, string reason, string next) =>
        Guards.ShouldRefuse(() => Guard(Deployed(deployed), wanted, looked, ""), reason, next);

    private static void Guard(NodeFacts deployed, string wanted, NodeFacts? looked, string drop) =>
        RepositoryMove.Of(Settings(wanted), deployed).Guard(Settings(wanted), deployed, looked, drop);

    // Each repository that is deployed holds the set.
    private static NodeFacts Deployed(string repositories)
    {
        var configured = ConfiguredRepository.Of(Settings(repositories));
        var statuses = configured.Select(c => new RepositoryStatus(c.Number, 0, "ok", "none", Given.System, "15")).ToImmutableArray();
        return Given.Node with
        {
            Configured = configured, Repositories = statuses,
            Repository = Given.Repository with { Repositories = statuses, Sets = [.. configured.Select(c => Given.Set with { Repository = c.Number })] },
        };
    }

    private static NodeFacts Looked(bool holds, string system = Given.System)
    {
        ImmutableArray<RepositoryStatus> statuses = [new(1, holds ? 0 : 1, holds ? "ok" : "missing stanza path", "none", holds ? system : "", holds ? "15" : "")];
        return new NodeFacts { Repositories = statuses, Repository = Given.Repository with { Repositories = statuses, Sets = holds ? [Given.Set] : [] } };
    }

    private static ClusterSettings Settings(string repositories) => Given.Settings with
    {
        Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [.. repositories.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Repository)] },
    };

    private static RepositorySettings Repository(string text)
    {
        SecretReference? passphrase = null;
        if (text.Split(':') is [_, var name])
            SecretReference.Parse($"env:{name}", out passphrase).ShouldBeNull();
        return new RepositorySettings { Type = RepositoryType.Posix, Path = text.Split(':')[0], CipherPassphrase = passphrase };
    }
}
