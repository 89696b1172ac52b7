using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What goes wrong while a cluster is made: a clear error, and the mended configuration goes on from there.</summary>
public sealed class FaultTests
{
    [Fact, Thorough]
    public async Task A_port_in_use_a_script_with_an_error_and_then_a_deployment_that_goes_on()
    {
        await using var checkout = new Checkout();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        checkout.Configure(p =>
        {
            p["postgres"]!["port"] = port;
            p["postgres"]!["initScript"] = "create table wanted (id int); insert into mistyped values (1);";
        });
        var busy = await checkout.Run("Deploy");
        busy.ExitCode.ShouldBeOneOf([1, 3], busy.ToString());
        busy.Error.ShouldContain($"port {port}");
        busy.Error.ShouldContain("next:  ");

        taken.Stop();
        var failed = await checkout.Run(1, "Deploy");
        failed.Error.ShouldContain("relation \"mistyped\" does not exist");
        failed.Error.ShouldContain("state: the cluster runs");
        (await checkout.Status()).GetProperty("state").GetString().ShouldBe("running");

        checkout.Configure(p => p["postgres"]!["initScript"] = "create table if not exists wanted (id int); insert into wanted values (1);");
        await checkout.Run(0, "Deploy");
        // A script that has run is not run again.
        (await checkout.Run(0, "Deploy")).Out.ShouldContain("nothing was changed");
        (await checkout.Sql("select count(*) from wanted")).ShouldBe("1");
        checkout.Sets.Count.ShouldBe(1);

        // A backup that fails ends with 1 and leaves the cluster as it is.
        var gone = Path.Combine(checkout.Sandbox, "repository", "backup");
        Directory.Move(gone, gone + ".away");
        await File.WriteAllTextAsync(gone, "a file in the way", Wait.Token);
        var backup = await checkout.Run("Backup");
        backup.ExitCode.ShouldBeOneOf([1, 3], backup.ToString());
        backup.Error.ShouldContain("next:  ");
        File.Delete(gone);
        Directory.Move(gone + ".away", gone);
        await checkout.Run(0, "Backup", "--backup-type", "incr");
    }
}
