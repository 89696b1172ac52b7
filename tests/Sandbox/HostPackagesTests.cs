using Sandbox;
using Shouldly;
using Xunit;

namespace Tests.Sandbox;

public sealed class HostPackagesTests
{
    private static readonly HostPackage Absent = HostPackage.Of("absent-package", "/nonexistent/program");

    [Fact]
    public void What_is_missing_is_told_by_its_program()
    {
        HostPackages.Missing([HostPackage.Of("sh", "/bin/sh"), Absent]).ShouldBe(["absent-package"]);
        HostPackages.NotInstalled(["one"]).ShouldBe("one is not installed");
        HostPackages.NotInstalled(["one", "two"]).ShouldBe("one, two are not installed");
    }

    [Fact]
    public void One_command_installs_what_is_missing_and_only_PostgreSQL_is_kept_from_creating_a_cluster()
    {
        HostPackages.InstallCommand(["radosgw", "ceph-mon"])
            .ShouldBe("sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends radosgw ceph-mon'");
        HostPackages.InstallCommand(["postgresql", "tini"])
            .ShouldBe("sudo sh -c 'mkdir -p /etc/postgresql-common/createcluster.d && echo create_main_cluster = false > /etc/postgresql-common/createcluster.d/postgresql-on-nomad.conf && apt-get update && apt-get install -y --no-install-recommends postgresql tini; rm -f /etc/postgresql-common/createcluster.d/postgresql-on-nomad.conf'");
    }

    [Fact]
    public async Task What_only_tests_can_use_is_not_demanded_of_who_may_not_install()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Skip("root may install, and would");
        if (HostPackages.Missing(HostPackages.Cluster) is { Count: > 0 } missing)
            Assert.Skip(HostPackages.NotInstalled(missing));
        var said = new List<string>();
        await HostPackages.EnsureAsync([Absent], said.Add, TestContext.Current.CancellationToken);
        said.ShouldHaveSingleItem().ShouldStartWith("absent-package is not installed, so tests are skipped; to have them: sudo sh -c ");
    }
}
