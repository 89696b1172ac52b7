using System.Runtime.CompilerServices;

// The tests hold the reference, the schema and the rules against what the reader really does.
[assembly: InternalsVisibleTo("Tests")]
