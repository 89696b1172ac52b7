using Xunit;

namespace Tests.LocalNomad;

// The contract, on the second of the real Nomads that REAL_NOMAD names.

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractAccessOnSecondRealTests(SecondNomad nomad) : ContractAccessTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractErrorOnSecondRealTests(SecondNomad nomad) : ContractErrorTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractJobOnSecondRealTests(SecondNomad nomad) : ContractJobTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractLaunchOnSecondRealTests(SecondNomad nomad) : ContractLaunchTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractPlacementOnSecondRealTests(SecondNomad nomad) : ContractPlacementTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractRolloutOnSecondRealTests(SecondNomad nomad) : ContractRolloutTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractServiceOnSecondRealTests(SecondNomad nomad) : ContractServiceTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractTaskOnSecondRealTests(SecondNomad nomad) : ContractTaskTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractVariableTaskOnSecondRealTests(SecondNomad nomad) : ContractVariableTaskTests(nomad.Required());

[Collection(SecondNomadContract.Name), Trait("Nomad", "Real")]
public sealed class ContractVariableOnSecondRealTests(SecondNomad nomad) : ContractVariableTests(nomad.Required());

[Trait("Nomad", "Real")]
public sealed class ContractMissedOnSecondRealTests(SecondNomad nomad) : ContractMissedTests(nomad.Required()), IClassFixture<SecondNomad>;
