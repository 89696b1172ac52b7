using System.Runtime.InteropServices;

namespace LocalNomad.Posix;

/// <summary>A null-terminated array of C strings.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly nint[] _strings;

    public NativeStrings(IEnumerable<string> strings)
    {
        _strings = [.. strings.Select(Marshal.StringToCoTaskMemUTF8)];
        Pointer = (byte**)NativeMemory.Alloc((nuint)(_strings.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < _strings.Length; i++)
            Pointer[i] = (byte*)_strings[i];
        Pointer[_strings.Length] = null;
    }

    public byte** Pointer { get; }

    public void Dispose()
    {
        foreach (var pointer in _strings)
            Marshal.FreeCoTaskMem(pointer);
        NativeMemory.Free(Pointer);
    }
}
