using Nuke.Common.IO;
using Shouldly;
using Xunit;

namespace Tests.Host;

public class AbsolutePathTests
{
    [Theory]
    [InlineData("/a", "b", "/a/b")]
    [InlineData("/a/", "b/c/", "/a/b/c")]
    [InlineData("/a/b", "../c", "/a/c")]
    [InlineData("/a", "", "/a")]
    [InlineData("/", "a", "/a")]
    public void Going_down(string left, string right, string expected)
    {
        var path = AbsolutePath.Create(left) / right;
        path.ToString().ShouldBe(expected);
        (path == (AbsolutePath)expected).ShouldBeTrue();
    }

    [Fact]
    public void Nothing_absolute_lies_below() =>
        Should.Throw<ArgumentException>(() => AbsolutePath.Create("/a") / "/b").Message.ShouldContain("'/b' is absolute");

    [Fact]
    public void Nothing_relative_is_a_path() =>
        Should.Throw<ArgumentException>(() => AbsolutePath.Create("a")).Message.ShouldContain("'a' is not absolute");

    [Fact]
    public void Parts()
    {
        var path = AbsolutePath.Create("/a/b.tar");
        path.Name.ShouldBe("b.tar");
        path.NameWithoutExtension.ShouldBe("b");
        path.Extension.ShouldBe(".tar");
        path.Parent.ShouldBe(AbsolutePath.Create("/a"));
        AbsolutePath.Create("/").Parent.ShouldBeNull();
        (path + ".gz").ToString().ShouldBe("/a/b.tar.gz");
    }
}
