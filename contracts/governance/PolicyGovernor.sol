// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IVotingPower} from "../votes/IVotingPower.sol";
import {IParameters, Parameter} from "./IParameters.sol";
import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";
import {QuorumRules} from "./QuorumRules.sol";
import {StageGovernor} from "./StageGovernor.sol";

/// @title PolicyGovernor
/// @notice Decides texts: more For than Against, with a quorum. What it adopts is recorded for ever in the policy registry.
/// @dev Its timelock can do nothing else: only proposals whose one call is `PolicyRegistry.ratify` are promoted here. So delay and period of its
/// votes stay for ever as the deployment set them, too.
contract PolicyGovernor is StageGovernor {
    /// @dev Bounds of the quorum, in basis points of all units.
    uint256 private constant FLOOR_BPS = 100;
    uint256 private constant CEILING_BPS = 600;

    constructor(
        IVotingPower votes,
        ISupportGovernor firstStage,
        TimelockController controller,
        IParameters parameters
    ) Governor("Corex Policy Governor") StageGovernor(votes, firstStage, controller, parameters) {}

    /// @inheritdoc IGovernor
    function quorum(uint256 timepoint) public view override(Governor, IGovernor) returns (uint256) {
        IVotingPower votes = IVotingPower(address(token()));
        return QuorumRules.quorumUp(votes, _parameters, Parameter.PolicyQuorumBps, timepoint, FLOOR_BPS, CEILING_BPS);
    }

    function _kind() internal pure override returns (ProposalKind) {
        return ProposalKind.Policy;
    }
}
