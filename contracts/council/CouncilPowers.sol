// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IBrake} from "../governance/IBrake.sol";
import {ITechnicalGovernor} from "../governance/ITechnicalGovernor.sol";
import {Constituency, ICouncil} from "./ICouncil.sol";
import {CouncilMath} from "./CouncilMath.sol";
import {ICouncilPowers} from "./ICouncilPowers.sol";

/// @title CouncilPowers
/// @dev INVARIANTS
/// - INV-COP-1: nothing happens without a majority of present members, with one of each constituency that has any, before the sunset.
/// - INV-COP-2: a proposal whose every call takes power from the council is never vetoed.
/// @dev TRUST
/// - Members, together: they can delay a technical proposal by one more vote, and stop listed modules for a time that each bounds itself.
/// @dev LIVENESS
/// - The DAO can take both powers with calls that the council cannot veto.
contract CouncilPowers is ICouncilPowers {
    /// @notice Time for which a vote to stop a module counts.
    uint256 public constant BRAKE_VOTE = 3 days;

    ICouncil private immutable _council;
    ITechnicalGovernor private immutable _governor;
    address private immutable _timelock;

    mapping(address module => bool listed) private _listed;

    /// @dev Who voted for what; at most nine present members count, whoever else voted before.
    mapping(bytes32 question => address[] voters) private _voters;
    mapping(bytes32 question => mapping(address voter => bool voted)) private _voted;

    constructor(ICouncil council, ITechnicalGovernor governor, address technicalTimelock, address[] memory modules) {
        _council = council;
        _governor = governor;
        _timelock = technicalTimelock;
        for (uint256 i = 0; i < modules.length; ++i) _listed[modules[i]] = true;
    }

    /// @inheritdoc ICouncilPowers
    function voteVeto(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external {
        // Check: something that can be vetoed.
        uint256 proposalId = _governor.hashProposal(targets, values, calldatas, descriptionHash);
        bool exempt = _governor.isConfirmation(proposalId) || isExempt(targets, calldatas);
        require(!exempt, CouncilPowersExempt(proposalId));

        // Effect: one vote more.
        (bool decided, uint256 votes) = _vote(bytes32(proposalId));

        emit VetoVoted(proposalId, msg.sender, votes);

        // Interaction: the governor cancels what is queued, and refuses anything else.
        if (!decided) return;
        emit Vetoed(proposalId);
        _governor.veto(targets, values, calldatas, descriptionHash);
    }

    /// @inheritdoc ICouncilPowers
    function voteBrake(address module, uint256 duration) external {
        // Check: a module of the list.
        require(_listed[module], CouncilPowersUnlisted(module));

        // Effect: one vote more; votes of one window count together.
        uint256 window = block.timestamp / BRAKE_VOTE;
        (bool decided, uint256 votes) = _vote(keccak256(abi.encode(module, duration, window)));

        emit BrakeVoted(module, duration, msg.sender, votes);

        // Interaction: the module sees to its own bounds.
        if (!decided) return;
        emit BrakeApplied(module, duration);
        IBrake(module).brake(duration);
    }

    /// @notice Whether the council can stop `module`.
    function isListed(address module) external view returns (bool) {
        return _listed[module];
    }

    /// @inheritdoc ICouncilPowers
    function majority() public view returns (uint256 votes) {
        uint256[3] memory filled = _council.filled();
        return CouncilMath.majorityUp(filled[0] + filled[1] + filled[2]);
    }

    /// @inheritdoc ICouncilPowers
    function isExempt(address[] calldata targets, bytes[] calldata calldatas) public view returns (bool) {
        for (uint256 i = 0; i < targets.length; ++i) {
            if (!_takesPower(targets[i], calldatas[i])) return false;
        }
        return targets.length != 0;
    }

    /// @dev Counts the caller's vote. Decided once the present members among the voters are a majority, with one of each constituency.
    function _vote(bytes32 question) private returns (bool decided, uint256 votes) {
        require(_council.isMember(msg.sender), CouncilPowersNotMember(msg.sender));
        require(block.timestamp < _council.sunset(), CouncilPowersEnded(_council.sunset(), block.timestamp));
        require(!_voted[question][msg.sender], CouncilPowersVotedAlready(msg.sender));
        _voted[question][msg.sender] = true;
        _voters[question].push(msg.sender);
        return _tally(_voters[question]);
    }

    /// @dev Who voted and left does not count. The list grows by members only: a question is open for days, seats change every half year.
    function _tally(address[] storage voters) private view returns (bool decided, uint256 votes) {
        uint256[3] memory present;
        for (uint256 i = 0; i < voters.length; ++i) {
            (bool member, Constituency constituency) = _council.constituencyOf(voters[i]);
            if (!member) continue;
            ++present[uint256(constituency)];
            ++votes;
        }
        uint256[3] memory filled = _council.filled();
        decided = votes >= CouncilMath.majorityUp(filled[0] + filled[1] + filled[2]);
        for (uint256 i = 0; i < 3; ++i) {
            if (filled[i] != 0 && present[i] == 0) decided = false;
        }
    }

    /// @dev A call to the council, or one that takes the canceller role from these powers.
    function _takesPower(address target, bytes calldata data) private view returns (bool) {
        if (target == address(_council)) return true;
        if (target != _timelock || data.length != 68) return false;
        (, address account) = abi.decode(data[4:], (bytes32, address));
        return bytes4(data) == IAccessControl.revokeRole.selector && account == address(this);
    }
}
