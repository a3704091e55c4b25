// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorStorage} from "@openzeppelin/contracts/governance/extensions/GovernorStorage.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

import {IVotingPower} from "../votes/IVotingPower.sol";
import {IParameters} from "./IParameters.sol";
import {IStageGovernor} from "./IStageGovernor.sol";
import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";
import {VoteChoices} from "./VoteChoices.sol";

/// @title StageGovernor
/// @notice What both governors of the second stage share.
/// @dev INVARIANTS
/// - INV-GOV-5: a proposal is here only if the first stage succeeded with the same calls, and once.
/// - INV-GOV-6: what is executed was Succeeded, queued, and waited for the delay of the timelock.
/// @dev TRUST
/// - Voting delay and period can be changed by a proposal, within hard bounds; the timelock cannot be replaced.
/// @dev LIVENESS
/// - Anyone promotes, queues and executes. A vote ends after its period and at most one extension.
abstract contract StageGovernor is
    IStageGovernor,
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorStorage,
    GovernorVotes,
    GovernorPreventLateQuorum,
    GovernorTimelockControl,
    VoteChoices
{
    /// @dev Hard bounds of delay and period of a vote, and its extension when the quorum is reached late.
    uint48 private constant MIN_DELAY = 1 days;
    uint48 private constant MAX_DELAY = 7 days;
    uint32 private constant MIN_PERIOD = 5 days;
    uint32 private constant MAX_PERIOD = 21 days;
    uint48 private constant EXTENSION = 2 days;

    /// @inheritdoc IStageGovernor
    ISupportGovernor public immutable support;

    IParameters internal immutable _parameters;

    /// @inheritdoc IStageGovernor
    uint256 public executedCount;

    uint256[] private _promoted;

    /// @dev Place of a proposal among the promoted ones, plus one.
    mapping(uint256 proposalId => uint256 placeAfter) private _placeOf;

    constructor(
        IVotingPower votes,
        ISupportGovernor firstStage,
        TimelockController controller,
        IParameters parameters
    )
        GovernorSettings(2 days, 7 days, 0)
        GovernorVotes(votes)
        GovernorPreventLateQuorum(EXTENSION)
        GovernorTimelockControl(controller)
    {
        support = firstStage;
        _parameters = parameters;
    }

    /// @inheritdoc IStageGovernor
    function promote(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId) {
        // Check: the first stage supported exactly this, for this governor, not too long ago.
        proposalId = hashProposal(targets, values, calldatas, keccak256(bytes(description)));
        ProposalState status = support.state(proposalId);
        ProposalKind kind = support.proposalKind(proposalId);
        uint256 until = support.promotableUntil(proposalId);
        require(
            status == ProposalState.Succeeded && kind == _kind() && block.timestamp <= until,
            StageGovernorNotPromotable(proposalId, status, kind, until)
        );

        // Effect: as if the author had proposed it here; refused when it is here already.
        address author = support.proposalProposer(proposalId);
        _begin(targets, values, calldatas, description, author);

        emit ProposalPromoted(proposalId, author, msg.sender);
    }

    /// @inheritdoc IStageGovernor
    function promotedCount() external view returns (uint256) {
        return _promoted.length;
    }

    /// @inheritdoc IStageGovernor
    function promotedAt(uint256 index) external view returns (uint256 proposalId) {
        return _promoted[index];
    }

    /// @inheritdoc IStageGovernor
    function choiceOf(uint256 proposalId, address voter) external view returns (bool voted, uint8 choice) {
        uint256 placeAfter = _placeOf[proposalId];
        return placeAfter == 0 ? (false, 0) : _choiceOf(placeAfter - 1, voter);
    }

    /// @notice Proposals come from the first stage.
    function propose(
        address[] memory,
        uint256[] memory,
        bytes[] memory,
        string memory
    ) public pure override(Governor, IGovernor) returns (uint256) {
        revert StageGovernorOnlyPromotion();
    }

    /// @notice The timelock stays: what it holds could not follow.
    function updateTimelock(TimelockController) public pure override {
        revert StageGovernorOnlyPromotion();
    }

    /// @notice This governor proposes, cancels and executes at its timelock: what it called, nobody would have voted on as a proposal.
    function relay(address, uint256, bytes calldata) public payable override {
        revert StageGovernorOnlyPromotion();
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
    function votingDelay() public view override(Governor, GovernorSettings, IGovernor) returns (uint256) {
        return super.votingDelay();
    }

    /// @inheritdoc IGovernor
    function votingPeriod() public view override(Governor, GovernorSettings, IGovernor) returns (uint256) {
        return super.votingPeriod();
    }

    /// @inheritdoc IGovernor
    function proposalThreshold() public view override(Governor, GovernorSettings, IGovernor) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc IGovernor
    function state(
        uint256 proposalId
    ) public view virtual override(Governor, GovernorTimelockControl, IGovernor) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @inheritdoc IGovernor
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum, IGovernor) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc IGovernor
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl, IGovernor) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @dev Starts the vote and gives the proposal its place.
    function _begin(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address author
    ) internal returns (uint256 proposalId) {
        proposalId = _propose(targets, values, calldatas, description, author);
        _promoted.push(proposalId);
        _placeOf[proposalId] = _promoted.length;
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address author
    ) internal virtual override(Governor, GovernorStorage) returns (uint256) {
        return super._propose(targets, values, calldatas, description, author);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
        // The timelock may have chosen a longer delay. Cast is safe: seconds.
        return
            uint48(
                TimelockController(payable(timelock())).getTimestamp(
                    _operationOf(targets, values, calldatas, descriptionHash)
                )
            );
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal virtual override(Governor, GovernorTimelockControl) {
        ++executedCount;
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _countVote(
        uint256 proposalId,
        address account,
        uint8 choice,
        uint256 weight,
        bytes memory params
    ) internal override(Governor, GovernorCountingSimple) returns (uint256) {
        uint256 counted = super._countVote(proposalId, account, choice, weight, params);
        _recordChoice(_placeOf[proposalId] - 1, account, choice);
        return counted;
    }

    function _setVotingDelay(uint48 newVotingDelay) internal override {
        _requireWithin("votingDelay", newVotingDelay, MIN_DELAY, MAX_DELAY);
        super._setVotingDelay(newVotingDelay);
    }

    function _setVotingPeriod(uint32 newVotingPeriod) internal override {
        _requireWithin("votingPeriod", newVotingPeriod, MIN_PERIOD, MAX_PERIOD);
        super._setVotingPeriod(newVotingPeriod);
    }

    /// @dev The threshold is the first stage's matter.
    function _setProposalThreshold(uint256 newProposalThreshold) internal override {
        _requireWithin("proposalThreshold", newProposalThreshold, 0, 0);
        super._setProposalThreshold(newProposalThreshold);
    }

    function _setLateQuorumVoteExtension(uint48 newVoteExtension) internal override {
        _requireWithin("lateQuorumVoteExtension", newVoteExtension, 1 days, MIN_PERIOD);
        super._setLateQuorumVoteExtension(newVoteExtension);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    /// @dev Id of the operation in the timelock, as `GovernorTimelockControl` makes it.
    function _operationOf(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal view returns (bytes32) {
        bytes32 salt = bytes20(address(this)) ^ descriptionHash;
        return TimelockController(payable(timelock())).hashOperationBatch(targets, values, calldatas, 0, salt);
    }

    /// @dev Which proposals this governor decides.
    function _kind() internal pure virtual returns (ProposalKind);

    function _requireWithin(bytes32 term, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(value >= minimum && value <= maximum, StageGovernorOutOfBounds(term, value, minimum, maximum));
    }
}
