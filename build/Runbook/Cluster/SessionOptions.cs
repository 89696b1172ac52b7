namespace Runbook.Cluster;

/// <summary>
/// What a session of ours has whatever the server, the database or the role says: <c>PGOPTIONS</c>. The owner of a database may set and fill
/// what a session there resolves names in, loads, or is limited by.
/// </summary>
public static class SessionOptions
{
    /// <summary>Of the operator's own psql: it opens whatever libraries the settings name, and is the operator's otherwise.</summary>
    public const string Operator = "-c local_preload_libraries= -c session_preload_libraries=";

    /// <summary>Of the runbook's sessions; the same as <c>session_options</c> of <c>lib.sh</c>.</summary>
    /// <param name="version">Major version of PostgreSQL: an option that it does not know ends the session.</param>
    public static string Own(int version) =>
        $"-c search_path=pg_catalog -c role=none {Operator}"
        + @" -c default_transaction_isolation=read\ committed -c default_transaction_read_only=off -c default_transaction_deferrable=off"
        + " -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c client_encoding=UTF8"
        + " -c standard_conforming_strings=on -c synchronous_commit=local"
        + (version < 14 ? "" : " -c idle_session_timeout=0")
        + (version < 17 ? "" : " -c event_triggers=off -c transaction_timeout=0");
}
