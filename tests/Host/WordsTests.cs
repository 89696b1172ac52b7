using Host.Words;
using Shouldly;
using Xunit;

namespace Tests.Host;

public class WordsTests
{
    [Theory]
    [InlineData("BackupSet", "backup-set", "BACKUP_SET")]
    [InlineData("S3Endpoint", "s3-endpoint", "S3_ENDPOINT")]
    [InlineData("XMLFile", "xml-file", "XML_FILE")]
    [InlineData("Yes", "yes", "YES")]
    [InlineData("yes", "yes", "YES")]
    public void A_name_is_written_in_several_ways(string pascal, string kebab, string snake)
    {
        Names.Kebab(pascal).ShouldBe(kebab);
        Names.UpperSnake(pascal).ShouldBe(snake);
    }

    [Theory]
    [InlineData("Restor", "Restore")]
    [InlineData("restroe", "Restore")]
    [InlineData("Retsore", "Restore")]
    [InlineData("Bakup", "Backup")]
    [InlineData("Backupss", "Backups")]
    [InlineData("Dep", "Deploy")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("Frobnicate", null)]
    public void The_nearest_word_is_found(string word, string? expected) =>
        NearestWord.Find(word, ["Deploy", "Backup", "Backups", "Restore", "Revert"]).ShouldBe(expected);
}
