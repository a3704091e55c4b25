// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";

import {IVotingPower} from "../votes/IVotingPower.sol";
import {IParameters, Parameter} from "./IParameters.sol";
import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";
import {ITechnicalGovernor} from "./ITechnicalGovernor.sol";
import {QuorumRules} from "./QuorumRules.sol";
import {StageGovernor} from "./StageGovernor.sol";

/// @title TechnicalGovernor
/// @dev INVARIANTS
/// - INV-GOV-7: no call is executed at a target whose code is not the one that was voted on.
/// - INV-GOV-8: a proposal is vetoed at most once; a confirmation is neither vetoed nor cancelled.
/// @dev TRUST
/// - Whoever has the canceller role of the timelock besides this governor can send a queued proposal back to one more vote.
contract TechnicalGovernor is ITechnicalGovernor, StageGovernor {
    /// @notice What a confirmation's description ends with.
    string public constant CONFIRMATION_SUFFIX = "\n\n#confirmation";

    /// @notice Seconds after a veto in which the proposal can be confirmed.
    uint256 public constant CONFIRMATION_PERIOD = 30 days;

    /// @notice Least share of For among For and Against, in percent.
    uint256 public constant MIN_FOR_PERCENT = 60;

    /// @dev Bounds of the quorum, in basis points of all units.
    uint256 private constant FLOOR_BPS = 200;
    uint256 private constant CEILING_BPS = 1_000;

    /// @inheritdoc ITechnicalGovernor
    mapping(uint256 proposalId => bytes32 hash) public codeHashOf;

    /// @inheritdoc ITechnicalGovernor
    mapping(uint256 proposalId => uint256 timestamp) public vetoedAt;

    /// @inheritdoc ITechnicalGovernor
    mapping(uint256 proposalId => bool confirms) public isConfirmation;

    mapping(uint256 vetoedId => uint256 proposalId) private _confirmationOf;

    constructor(
        IVotingPower votes,
        ISupportGovernor firstStage,
        TimelockController controller,
        IParameters parameters
    ) Governor("Corex Technical Governor") StageGovernor(votes, firstStage, controller, parameters) {}

    /// @inheritdoc ITechnicalGovernor
    function confirm(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId) {
        // Check: vetoed, not long ago, and not confirmed before.
        uint256 vetoedId = hashProposal(targets, values, calldatas, keccak256(bytes(description)));
        uint256 until = vetoedAt[vetoedId] + CONFIRMATION_PERIOD;
        bool confirmable = vetoedAt[vetoedId] != 0 && _confirmationOf[vetoedId] == 0 && block.timestamp <= until;
        require(confirmable, TechnicalGovernorNotConfirmable(vetoedId, until));
        _requireCode(vetoedId, targets);

        // Effect: the same calls, under another description, by the same author.
        address author = proposalProposer(vetoedId);
        string memory suffixed = string.concat(description, CONFIRMATION_SUFFIX);
        proposalId = _begin(targets, values, calldatas, suffixed, author);
        isConfirmation[proposalId] = true;
        _confirmationOf[vetoedId] = proposalId;

        emit ProposalConfirmation(vetoedId, proposalId, msg.sender);
    }

    /// @inheritdoc ITechnicalGovernor
    function veto(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external {
        // Check: who may, what is queued, and not a second time.
        require(isVetoer(msg.sender), TechnicalGovernorOnlyVeto(msg.sender));
        uint256 proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        _validateStateBitmap(proposalId, _encodeStateBitmap(ProposalState.Queued));
        require(!isConfirmation[proposalId], TechnicalGovernorNotConfirmable(proposalId, 0));

        // Effect: cancelled here and in the timelock.
        vetoedAt[proposalId] = block.timestamp;
        _cancel(targets, values, calldatas, descriptionHash);
    }

    /// @inheritdoc ITechnicalGovernor
    function vetoUpheld(uint256 proposalId) external view returns (bool) {
        uint256 timestamp = vetoedAt[proposalId];
        if (timestamp == 0) return false;
        uint256 confirmation = _confirmationOf[proposalId];
        if (confirmation == 0) return block.timestamp > timestamp + CONFIRMATION_PERIOD;
        ProposalState status = state(confirmation);
        return status == ProposalState.Defeated || status == ProposalState.Canceled;
    }

    /// @inheritdoc ITechnicalGovernor
    function isVetoer(address account) public view returns (bool) {
        TimelockController controller = TimelockController(payable(timelock()));
        return account != address(this) && controller.hasRole(controller.CANCELLER_ROLE(), account);
    }

    /// @inheritdoc IGovernor
    function quorum(uint256 timepoint) public view override(Governor, IGovernor) returns (uint256) {
        IVotingPower votes = IVotingPower(address(token()));
        return
            QuorumRules.quorumUp(votes, _parameters, Parameter.TechnicalQuorumBps, timepoint, FLOOR_BPS, CEILING_BPS);
    }

    /// @dev Also records the code of every target.
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address author
    ) internal override returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, author);
        codeHashOf[proposalId] = _codeHash(targets);
    }

    /// @dev Compares the code of every target first.
    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override {
        _requireCode(proposalId, targets);
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    /// @dev At least 60 % of For and Against are For.
    function _voteSucceeded(
        uint256 proposalId
    ) internal view override(Governor, GovernorCountingSimple) returns (bool) {
        (uint256 againstVotes, uint256 forVotes, ) = proposalVotes(proposalId);
        return forVotes != 0 && forVotes * 100 >= (forVotes + againstVotes) * MIN_FOR_PERCENT;
    }

    /// @dev What voters adopted once is not its author's to take back.
    function _validateCancel(uint256 proposalId, address caller) internal view override returns (bool) {
        return !isConfirmation[proposalId] && super._validateCancel(proposalId, caller);
    }

    function _kind() internal pure override returns (ProposalKind) {
        return ProposalKind.Technical;
    }

    function _requireCode(uint256 proposalId, address[] memory targets) private view {
        (bytes32 expected, bytes32 actual) = (codeHashOf[proposalId], _codeHash(targets));
        require(expected == actual, TechnicalGovernorCodeChanged(proposalId, expected, actual));
    }

    function _codeHash(address[] memory targets) private view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](targets.length);
        for (uint256 i = 0; i < targets.length; ++i) hashes[i] = targets[i].codehash;
        return keccak256(abi.encodePacked(hashes));
    }
}
