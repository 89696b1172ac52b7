namespace Nuke.Common.IO;

/// <summary>The few things a build does to files by itself.</summary>
public static class AbsolutePathExtensions
{
    /// <summary>Whether a file is there.</summary>
    public static bool FileExists(this AbsolutePath path) => File.Exists(path);

    /// <summary>Whether a folder is there.</summary>
    public static bool DirectoryExists(this AbsolutePath path) => Directory.Exists(path);

    /// <summary>Makes the folder and those above it, if need be.</summary>
    /// <exception cref="IOException">A file of that name is in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to make it.</exception>
    public static AbsolutePath CreateDirectory(this AbsolutePath path)
    {
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Deletes the file if it is there.</summary>
    /// <exception cref="IOException">It is in use.</exception>
    public static void DeleteFile(this AbsolutePath path)
    {
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>Deletes the folder, with all that is in it, if it is there.</summary>
    /// <exception cref="IOException">Something in it is in use.</exception>
    public static void DeleteDirectory(this AbsolutePath path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>The text of the file, in UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadAllText(this AbsolutePath path) => File.ReadAllText(path);

    /// <summary>The lines of the file, in UTF-8.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] ReadAllLines(this AbsolutePath path) => File.ReadAllLines(path);
}
