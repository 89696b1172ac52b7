namespace Runbook.Steps;

/// <summary>Puts the copy of an online restore in place of the live directory, within the server's own task.</summary>
public sealed record SwitchOver(string Id) : Step("switch the server over to the restored copy");
