using Xunit;

namespace Tests.LocalNomad;

// The contract, on the first of the real Nomads that REAL_NOMAD names.

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractAccessOnFirstRealTests(FirstNomad nomad) : ContractAccessTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractErrorOnFirstRealTests(FirstNomad nomad) : ContractErrorTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractJobOnFirstRealTests(FirstNomad nomad) : ContractJobTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractLaunchOnFirstRealTests(FirstNomad nomad) : ContractLaunchTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractPlacementOnFirstRealTests(FirstNomad nomad) : ContractPlacementTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractRolloutOnFirstRealTests(FirstNomad nomad) : ContractRolloutTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractServiceOnFirstRealTests(FirstNomad nomad) : ContractServiceTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractTaskOnFirstRealTests(FirstNomad nomad) : ContractTaskTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractVariableTaskOnFirstRealTests(FirstNomad nomad) : ContractVariableTaskTests(nomad.Required());

[Collection(FirstNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractVariableOnFirstRealTests(FirstNomad nomad) : ContractVariableTests(nomad.Required());

[Trait("Nomad", "Real")]
public sealed class ContractMissedOnFirstRealTests(FirstNomad nomad) : ContractMissedTests(nomad.Required()), IClassFixture<FirstNomad>;
