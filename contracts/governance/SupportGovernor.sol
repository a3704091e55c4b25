// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorStorage} from "@openzeppelin/contracts/governance/extensions/GovernorStorage.sol";
import {GovernorSuperQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorSuperQuorum.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {INodeRegistry, NodeStatus} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {NodeId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {IVotingPower, VoteSource} from "../votes/IVotingPower.sol";
import {IParameters, Parameter} from "./IParameters.sol";
import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";
import {ProposalRules} from "./ProposalRules.sol";
import {QuorumRules} from "./QuorumRules.sol";

/// @dev What the first stage reads.
struct SupportSuite {
    IVotingPower votes;
    INodeRegistry registry;
    IReputation reputation;
    IParameters parameters;
    IERC20 token;
    address treasury;
    address policyRegistry;
}

/// @title SupportGovernor
/// @dev INVARIANTS
/// - INV-GOV-2: nothing is ever executed here, and nobody, this contract included, can call through it.
/// - INV-GOV-3: an account is author or sponsor of at most one live proposal.
/// - INV-GOV-4: the CXT held is the sum of unsettled bonds and of what authors are owed, plus donations; a bond is settled once.
/// @dev TRUST
/// - Ledger of votes, registry, reputation, parameters and treasury are immutable contracts of this suite.
/// - Whoever has a share of the votes as large as support needs can take the bond of a proposal that it outvotes.
/// @dev LIVENESS
/// - Every proposal is Succeeded, Defeated or Canceled `VOTING_PERIOD` after its vote began, whoever is silent; then anyone settles its bond.
contract SupportGovernor is
    ISupportGovernor,
    Governor,
    GovernorCountingSimple,
    GovernorStorage,
    GovernorVotes,
    GovernorSuperQuorum
{
    using SafeERC20 for IERC20;

    /// @dev What is known about a proposal beside OpenZeppelin's record.
    struct Filing {
        address sponsor;
        uint88 bond;
        ProposalKind kind;
    }

    /// @notice Seconds between a proposal and the snapshot of its votes.
    uint256 public constant VOTING_DELAY = 1 hours;

    /// @notice Seconds in which support can be given.
    uint256 public constant VOTING_PERIOD = 14 days;

    /// @notice Seconds after the deadline in which a supported proposal can be promoted.
    uint256 public constant PROMOTION_PERIOD = 30 days;

    /// @notice Least support, in basis points of all units.
    uint256 public constant MIN_SUPPORT_BPS = 50;

    INodeRegistry private immutable _registry;
    IReputation private immutable _reputation;
    IParameters private immutable _parameters;
    IERC20 private immutable _token;
    address private immutable _treasury;
    address private immutable _policyRegistry;

    mapping(uint256 proposalId => Filing filing) private _filings;
    mapping(address account => uint256 proposalId) private _latestOf;
    mapping(address sponsor => address author) private _sponsored;
    mapping(address author => address sponsor) private _chosen;
    mapping(address author => uint256 amount) private _owed;

    constructor(SupportSuite memory suite) Governor("Corex Support Governor") GovernorVotes(suite.votes) {
        _registry = suite.registry;
        _reputation = suite.reputation;
        _parameters = suite.parameters;
        _token = suite.token;
        _treasury = suite.treasury;
        _policyRegistry = suite.policyRegistry;
    }

    /// @dev Native coin would stay here for ever.
    receive() external payable override {
        revert SupportGovernorExecutesNothing();
    }

    /// @inheritdoc ISupportGovernor
    function sponsor(address author) external {
        _sponsored[msg.sender] = author;

        emit Sponsored(msg.sender, author);
    }

    /// @inheritdoc ISupportGovernor
    function chooseSponsor(address account) external {
        _chosen[msg.sender] = account;

        emit SponsorChosen(msg.sender, account);
    }

    /// @inheritdoc ISupportGovernor
    function settleBond(uint256 proposalId) external {
        // Check: there is a bond, and nobody votes any more.
        Filing storage filing = _filings[proposalId];
        uint256 bond = filing.bond;
        ProposalState status = state(proposalId);
        bool due = bond != 0 && status != ProposalState.Pending && status != ProposalState.Active;
        require(due, SupportGovernorBondNotDue(proposalId, bond, status));

        // Effect: settled, to the author unless as many refused it as could have supported it.
        filing.bond = 0;
        address author = proposalProposer(proposalId);
        bool spam = status == ProposalState.Defeated && _isSpam(proposalId);
        if (!spam) _owed[author] += bond;

        emit BondSettled(proposalId, author, bond, spam);

        // Interaction: the treasury gets what spam costs.
        if (spam) _token.safeTransfer(_treasury, bond);
    }

    /// @inheritdoc ISupportGovernor
    function withdrawBond(address author) external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[author];
        if (amount == 0) return 0;

        // Effect: it is owed no more.
        _owed[author] = 0;

        // Interaction: money leaves last, and only to whom it belongs.
        _token.safeTransfer(author, amount);
    }

    /// @inheritdoc ISupportGovernor
    function kindOf(address[] calldata targets, bytes[] calldata calldatas) external view returns (ProposalKind kind) {
        return ProposalRules.kindOf(_policyRegistry, targets, calldatas);
    }

    /// @inheritdoc ISupportGovernor
    function proposalKind(uint256 proposalId) external view returns (ProposalKind kind) {
        return _filings[proposalId].kind;
    }

    /// @inheritdoc ISupportGovernor
    function bondOf(uint256 proposalId) external view returns (uint256 amount) {
        return _filings[proposalId].bond;
    }

    /// @inheritdoc ISupportGovernor
    function owedTo(address author) external view returns (uint256 amount) {
        return _owed[author];
    }

    /// @notice This stage executes nothing.
    function execute(
        address[] memory,
        uint256[] memory,
        bytes[] memory,
        bytes32
    ) public payable override(Governor, IGovernor) returns (uint256) {
        revert SupportGovernorExecutesNothing();
    }

    /// @inheritdoc ISupportGovernor
    function promotableUntil(uint256 proposalId) public view returns (uint256 timestamp) {
        if (state(proposalId) != ProposalState.Succeeded) return 0;
        return proposalDeadline(proposalId) + PROMOTION_PERIOD;
    }

    /// @inheritdoc ISupportGovernor
    function sponsorOf(address author) public view returns (address) {
        address chosen = _chosen[author];
        return _sponsored[chosen] == author ? chosen : address(0);
    }

    /// @inheritdoc ISupportGovernor
    function liveProposalOf(address account) public view returns (uint256 proposalId) {
        proposalId = _latestOf[account];
        if (proposalId == 0) return 0;
        ProposalState status = state(proposalId);
        bool live = status == ProposalState.Pending || status == ProposalState.Active;
        return live || promotableUntil(proposalId) >= block.timestamp ? proposalId : 0;
    }

    /// @inheritdoc ISupportGovernor
    function supportThreshold(uint256 timepoint) public view returns (uint256 units) {
        IVotingPower votes = IVotingPower(address(token()));
        return QuorumRules.quorumUp(votes, _parameters, Parameter.SupportBps, timepoint, MIN_SUPPORT_BPS, BPS);
    }

    /// @inheritdoc IGovernor
    function quorum(uint256 timepoint) public view override(Governor, IGovernor) returns (uint256) {
        return supportThreshold(timepoint);
    }

    /// @inheritdoc GovernorSuperQuorum
    function superQuorum(uint256 timepoint) public view override returns (uint256) {
        return supportThreshold(timepoint);
    }

    /// @notice Seconds since 1970.
    function clock() public view override(Governor, GovernorVotes, IERC6372) returns (uint48) {
        return super.clock();
    }

    /// @notice As of ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override(Governor, GovernorVotes, IERC6372) returns (string memory) {
        return super.CLOCK_MODE();
    }

    /// @inheritdoc IGovernor
    function votingDelay() public pure override(Governor, IGovernor) returns (uint256) {
        return VOTING_DELAY;
    }

    /// @inheritdoc IGovernor
    function votingPeriod() public pure override(Governor, IGovernor) returns (uint256) {
        return VOTING_PERIOD;
    }

    /// @inheritdoc IGovernor
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() public pure override(GovernorCountingSimple, IGovernor) returns (string memory) {
        return "support=bravo&quorum=for";
    }

    /// @inheritdoc IGovernor
    function state(
        uint256 proposalId
    ) public view override(Governor, GovernorSuperQuorum, IGovernor) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @inheritdoc GovernorCountingSimple
    function proposalVotes(
        uint256 proposalId
    )
        public
        view
        override(GovernorCountingSimple, GovernorSuperQuorum)
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes)
    {
        return super.proposalVotes(proposalId);
    }

    /// @dev Files a proposal of somebody with standing, with its bond.
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address author
    ) internal override(Governor, GovernorStorage) returns (uint256 proposalId) {
        // Check: readable, of one kind, by somebody with standing and without a live proposal.
        ProposalRules.requireReadable(targets, description);
        address backer = sponsorOf(author);
        _requireFree(author);
        if (backer != address(0)) _requireFree(backer);
        _requireStanding(author, backer);

        // Effect: it is filed. Cast is safe: the bond is at most 100,000 CXT.
        proposalId = super._propose(targets, values, calldatas, description, author);
        uint256 bond = _parameters.get(Parameter.ProposalBond);
        _filings[proposalId] = Filing({
            sponsor: backer,
            bond: uint88(bond),
            kind: ProposalRules.kindOf(_policyRegistry, targets, calldatas)
        });
        _latestOf[author] = proposalId;
        if (backer != address(0)) _latestOf[backer] = proposalId;

        emit BondTaken(proposalId, author, backer, bond);

        // Interaction: the bond comes in, or nothing was proposed.
        if (bond != 0) _token.safeTransferFrom(author, address(this), bond);
    }

    /// @dev Only For counts towards support.
    function _quorumReached(
        uint256 proposalId
    ) internal view override(Governor, GovernorCountingSimple) returns (bool) {
        (, uint256 forVotes, ) = proposalVotes(proposalId);
        return forVotes >= supportThreshold(proposalSnapshot(proposalId));
    }

    function _isSpam(uint256 proposalId) private view returns (bool) {
        (uint256 againstVotes, uint256 forVotes, ) = proposalVotes(proposalId);
        return againstVotes > forVotes && againstVotes >= supportThreshold(proposalSnapshot(proposalId));
    }

    function _requireFree(address account) private view {
        uint256 live = liveProposalOf(account);
        require(live == 0, SupportGovernorLiveProposal(account, live));
    }

    /// @dev Reverts unless the sponsor, or without one the author, had stake and reputation one second ago.
    function _requireStanding(address author, address backer) private view {
        address account = backer == address(0) ? author : backer;
        uint256 past = clock() - 1;
        uint256 stake = IVotingPower(address(token())).getPastUnits(account, VoteSource.Stake, past);
        uint256 score = _scoreAt(account, past);
        bool stands =
            stake >= _parameters.get(Parameter.ProposerStake) &&
                score != 0 &&
                score >= _parameters.get(Parameter.ProposerScore);
        require(stands, SupportGovernorNoStanding(author, backer, stake, score));
    }

    /// @dev Score of the node that `account` operates; zero for none, or when it is suspended, gone or removed.
    function _scoreAt(address account, uint256 timepoint) private view returns (uint256) {
        NodeId node = _registry.nodeOf(account);
        if (NodeId.unwrap(node) == 0) return 0;
        NodeStatus status = _registry.statusOf(node);
        bool serves = status == NodeStatus.Active || status == NodeStatus.Registered;
        return serves ? _reputation.scoreAt(node, timepoint) : 0;
    }
}
