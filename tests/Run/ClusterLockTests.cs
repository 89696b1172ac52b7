using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Cluster;
using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

public class ClusterLockTests
{
    private const string Job = "postgres-lock";

    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly FakeNomad _nomad = new() { JobId = Job };
    private readonly RecordingListener _listener = new();
    private readonly ClusterLock _lock;
    private bool _worked;

    public ClusterLockTests() => _lock = new ClusterLock(_nomad.Client, h => JsonSerializer.Serialize(h.ToMeta()), Job, _time, _listener);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_free_cluster_is_taken_and_given_back()
    {
        await _lock.HoldAsync(
            "Backup", async _ =>
            {
                var holder = (await _lock.HolderAsync(Token))!.Value.Holder;
                (holder.Holder, holder.Target, holder.Process, holder.Since).ShouldBe((ClusterLock.Person, "Backup", LocalProcess.Self, Given.Noon));
            }, Token);
        _nomad.Jobs.ShouldBeEmpty();
        (await _lock.HolderAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task It_is_given_back_when_the_work_fails()
    {
        await Should.ThrowAsync<InvalidOperationException>(_lock.HoldAsync("Backup", _ => throw new InvalidOperationException(), Token));
        _nomad.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_lock_job_is_free()
    {
        _nomad.Has(Job, Other().ToMeta().ToDictionary(), stopped: true);
        await WorkAsync();
        _worked.ShouldBeTrue();
    }

    [Fact]
    public async Task A_live_process_of_this_host_holds_it()
    {
        HeldBy(Other() with { Boot = LocalProcess.Boot, Process = LocalProcess.Self, Since = Given.Noon.AddMinutes(-3) });
        await ShouldBeHeld("ann@desk is working on this cluster: Restore, since 2026-11-22 11:57:00Z (3 min 0 s)");
    }

    [Theory]
    [InlineData("1:1"), InlineData("999999999:5"), InlineData("")]
    public async Task A_dead_process_of_this_host_does_not(string process)
    {
        HeldBy(Other() with { Boot = LocalProcess.Boot, Process = process });
        (await _lock.HolderAsync(Token)).ShouldBeNull();
        await WorkAsync();
        _worked.ShouldBeTrue();
        _listener.Said.ShouldHaveSingleItem().ShouldBe("note the last run (Restore, since 2026-11-22 11:59:50Z) was killed; continuing from its state");
        _listener.Dead.ShouldHaveSingleItem().Run.ShouldBe("theirs");
        _nomad.Jobs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("other host", 10, true), InlineData("other host", 51, false), InlineData("gone", 1, false), InlineData("alive", 600, true)]
    public async Task Who_took_it_last_is_told_from_who_is_at_work(string where, int silent, bool atWork)
    {
        var holder = Other() with { Renewed = Given.Noon.AddSeconds(-silent) };
        HeldBy(where == "other host" ? holder : holder with { Boot = LocalProcess.Boot, Process = where == "alive" ? LocalProcess.Self : "1:1" });
        var last = (await _lock.LastHolderAsync(Token))!.Value;
        (last.Holder.Run, last.AtWork).ShouldBe(("theirs", atWork));
        (await _lock.HolderAsync(Token))?.AtWork.ShouldBe(atWork);
    }

    [Fact]
    public async Task A_run_that_has_an_id_holds_it_under_that_id()
    {
        var mine = new ClusterLock(_nomad.Client, h => JsonSerializer.Serialize(h.ToMeta()), Job, _time, _listener, "mine");
        await mine.HoldAsync("Backup", async _ => (await mine.HolderAsync(Token))!.Value.Holder.Run.ShouldBe("mine"), Token);
        (await mine.LastHolderAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_host_that_was_just_heard_of_holds_it()
    {
        HeldBy(Other());
        await ShouldBeHeld("ann@desk is working on this cluster: Restore");
    }

    [Theory]
    [InlineData(-3600), InlineData(86_400)]
    public async Task Another_host_that_is_not_heard_of_is_taken_over(int renewedAfterNow)
    {
        HeldBy(Other() with { Renewed = Given.Noon.AddSeconds(renewedAfterNow) });
        var start = _time.GetUtcNow();

        await _time.PassAsync(WorkAsync());

        _worked.ShouldBeTrue();
        (_time.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(50));
        _listener.Said[0].ShouldContain("waiting 50 s");
    }

    [Fact]
    public async Task Another_host_whose_clock_is_off_shows_that_it_lives()
    {
        var other = Other() with { Renewed = Given.Noon.AddHours(-5) };
        HeldBy(other);
        var waiting = WorkAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        HeldBy(other with { Renewed = Given.Noon.AddHours(-5).AddSeconds(15) });

        (await Should.ThrowAsync<RunbookException>(_time.PassAsync(waiting))).Code.ShouldBe(ExitCode.Held);
        _worked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_lock_that_is_given_back_while_we_look_is_taken()
    {
        HeldBy(Other() with { Renewed = default });
        var waiting = WorkAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        _nomad.Jobs.Clear();

        await _time.PassAsync(waiting);
        _worked.ShouldBeTrue();
        _listener.Dead.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_that_see_it_free_one_gets_it()
    {
        _nomad.OnRun = () =>
        {
            _nomad.OnRun = () => { };
            HeldBy(Other());
        };
        await ShouldBeHeld("ann@desk is working on this cluster");
        LockHolder.From(_nomad.Jobs[Job]).Run.ShouldBe("theirs");
    }

    [Fact]
    public async Task It_is_renewed_while_the_work_goes_on()
    {
        await _lock.HoldAsync(
            "Backup", async _ =>
            {
                var before = (await _lock.HolderAsync(Token))!.Value.Holder;
                _time.Advance(TimeSpan.FromSeconds(16));
                var after = (await _lock.HolderAsync(Token))!.Value.Holder;
                after.Renewed.ShouldBe(Given.Noon.AddSeconds(16));
                (after with { Renewed = before.Renewed }).ShouldBe(before);
            }, Token);
        _nomad.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lost_lock_stops_the_work_and_is_not_purged()
    {
        var error = await Should.ThrowAsync<RunbookException>(_lock.HoldAsync(
            "Backup", async ct =>
            {
                HeldBy(Other());
                _time.Advance(TimeSpan.FromSeconds(16));
                await Task.Delay(TimeSpan.FromSeconds(10), ct);
            }, Token));
        error.Code.ShouldBe(ExitCode.Held);
        error.Message.ShouldBe("Backup was stopped: someone else has taken this cluster");
        LockHolder.From(_nomad.Jobs[Job]).Run.ShouldBe("theirs");
    }

    [Fact]
    public async Task A_Nomad_that_is_away_for_a_moment_loses_nothing()
    {
        await _lock.HoldAsync(
            "Backup", ct =>
            {
                _nomad.Away = "dial tcp: connection refused";
                _time.Advance(TimeSpan.FromSeconds(16));
                _nomad.Away = "";
                _time.Advance(TimeSpan.FromSeconds(16));
                ct.IsCancellationRequested.ShouldBeFalse();
                return Task.CompletedTask;
            }, Token);
        _listener.Said.ShouldHaveSingleItem().ShouldStartWith("warn the lock could not be renewed, trying again");
        _nomad.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lock_that_cannot_be_given_back_is_said()
    {
        await _lock.HoldAsync(
            "Backup", _ =>
            {
                _nomad.Away = "connection refused";
                return Task.CompletedTask;
            }, Token);
        _listener.Said.ShouldHaveSingleItem().ShouldContain("the next run takes it over by itself");
    }

    [Fact]
    public void A_holder_survives_its_journey_through_meta()
    {
        var holder = Other();
        _nomad.Has(Job, holder.ToMeta().ToDictionary());
        LockHolder.From(_nomad.Jobs[Job]).ShouldBe(holder);
        holder.ToMeta()["since"].ShouldBe(holder.Since.ToString("O", CultureInfo.InvariantCulture));
    }

    private static LockHolder Other() => new(
        "ann@desk", "77:1234", "another boot", "Restore", Given.Noon.AddSeconds(-10), "theirs", Given.Noon.AddSeconds(-10));

    private void HeldBy(LockHolder holder) => _nomad.Has(Job, holder.ToMeta().ToDictionary());

    private Task WorkAsync() => _lock.HoldAsync(
        "Backup", _ =>
        {
            _worked = true;
            return Task.CompletedTask;
        }, Token);

    private async Task ShouldBeHeld(string message)
    {
        var held = await Should.ThrowAsync<RunbookException>(WorkAsync());
        held.Code.ShouldBe(ExitCode.Held);
        held.Message.ShouldContain(message);
        held.State.ShouldBe("nothing was changed");
        held.Next.ShouldContain("./build.sh Status");
        _worked.ShouldBeFalse();
    }
}
