// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @dev Which governor decides a proposal.
/// @param None Not a proposal.
/// @param Policy Its one call is `PolicyRegistry.ratify`.
/// @param Technical Anything else; none of its calls goes to the policy registry.
enum ProposalKind {
    None,
    Policy,
    Technical
}

/// @title ISupportGovernor
/// @notice First stage: a proposal gathers support for up to 14 days. It executes nothing.
/// @dev A standard OpenZeppelin Governor. Succeeded as soon as For reaches the support threshold of its snapshot and exceeds
/// Against; it can then be promoted, by anyone, at the governor of its kind, for `PROMOTION_PERIOD` after its deadline.
///
/// AUTHOR: needs `ProposerStake` units of stake and a node of `ProposerScore` one second ago, or a sponsor that has both. One live
/// proposal per author and per sponsor. BOND: `ProposalBond` in CXT, taken at the proposal; returned once it is not Active any more,
/// unless it was refused as spam: Against reached the support threshold and exceeds For. Then the bond is the treasury's.
interface ISupportGovernor is IGovernor {
    /// @notice Emitted when an account lets another one propose on its standing; zero ends it.
    event Sponsored(address indexed sponsor, address indexed author);

    /// @notice Emitted when an author chose on whose standing it proposes; zero for its own.
    event SponsorChosen(address indexed author, address indexed sponsor);

    /// @notice Emitted when a proposal came with a bond.
    event BondTaken(uint256 indexed proposalId, address indexed author, address indexed sponsor, uint256 amount);

    /// @notice Emitted when a bond was settled: owed to the author, or sent to the treasury.
    event BondSettled(uint256 indexed proposalId, address indexed author, uint256 amount, bool spam);

    /// @notice Thrown when neither the author nor a sponsor of it has stake and score.
    error SupportGovernorNoStanding(address author, address sponsor, uint256 stakeUnits, uint256 score);

    /// @notice Thrown when author or sponsor has a live proposal.
    error SupportGovernorLiveProposal(address account, uint256 proposalId);

    /// @notice Thrown when a proposal mixes ratifying a text with other calls.
    error SupportGovernorMixedKinds();

    /// @notice Thrown for more than `MAX_ACTIONS` calls or a description longer than `MAX_DESCRIPTION` bytes.
    error SupportGovernorTooLarge(bytes32 term, uint256 value, uint256 maximum);

    /// @notice Thrown when a description ends as those of confirmations do (`TechnicalGovernor.CONFIRMATION_SUFFIX`).
    error SupportGovernorReservedDescription();

    /// @notice Thrown when a target has no code.
    error SupportGovernorNoCode(address target);

    /// @notice Thrown for what this stage never does.
    error SupportGovernorExecutesNothing();

    /// @notice Thrown when a bond cannot be settled yet, was settled, or there is none.
    error SupportGovernorBondNotDue(uint256 proposalId, uint256 amount, ProposalState state);

    /// @notice Lets `author` propose on the caller's standing; zero ends it. One author at a time. Counts once the author chose it.
    function sponsor(address author) external;

    /// @notice Chooses on whose standing the caller proposes; zero for its own.
    function chooseSponsor(address sponsor) external;

    /// @notice Settles the bond of a proposal that is over or was successful. Open to anyone.
    function settleBond(uint256 proposalId) external;

    /// @notice Pays an author the bonds it is owed; anyone may call.
    function withdrawBond(address author) external returns (uint256 amount);

    /// @notice Which governor decides these calls. Reverts with `SupportGovernorMixedKinds`.
    function kindOf(address[] calldata targets, bytes[] calldata calldatas) external view returns (ProposalKind kind);

    /// @notice Kind of a proposal; None when it does not exist.
    function proposalKind(uint256 proposalId) external view returns (ProposalKind kind);

    /// @notice Last second at which the proposal can be promoted; zero unless it is Succeeded.
    function promotableUntil(uint256 proposalId) external view returns (uint256 timestamp);

    /// @notice On whose standing `author` would propose: the sponsor it chose, if that one lets it; zero for its own.
    function sponsorOf(address author) external view returns (address);

    /// @notice The live proposal that `account` is author or sponsor of; zero for none.
    function liveProposalOf(address account) external view returns (uint256 proposalId);

    /// @notice Bond of a proposal that is not settled, in CXT wei.
    function bondOf(uint256 proposalId) external view returns (uint256 amount);

    /// @notice Settled bonds that `author` can withdraw, in CXT wei.
    function owedTo(address author) external view returns (uint256 amount);

    /// @notice Units that For must reach, given those delegated and all of them at a past second.
    function supportThreshold(uint256 timepoint) external view returns (uint256 units);
}
