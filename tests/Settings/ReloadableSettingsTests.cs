using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class ReloadableSettingsTests
{
    [Theory]
    [InlineData("work_mem", true), InlineData("DateStyle", true), InlineData("log_min_duration_statement", true), InlineData("max_wal_size", true)]
    [InlineData("shared_buffers", false), InlineData("max_connections", false), InlineData("shared_preload_libraries", false), InlineData("wal_level", false)]
    [InlineData("pg_stat_statements.track", false), InlineData("of_a_later_version", false), InlineData("huge_pages", false)]
    public void What_is_not_known_to_be_reloadable_needs_a_restart(string name, bool reloadable) => ReloadableSettings.Has(name).ShouldBe(reloadable);
}
