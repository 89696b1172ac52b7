namespace Tests;

public class SmokeTests
{
    [Xunit.Fact]
    public void It_builds() => Xunit.Assert.True(true);
}
