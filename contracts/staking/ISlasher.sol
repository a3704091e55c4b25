// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";

/// @dev What a module found.
/// @param node Who did it.
/// @param offence What it did.
/// @param base CXT wei that the fraction of the offence is taken of: the stake at the time of the offence, or the bond.
/// @param reporter Who proved it; zero when the clock did.
/// @param reporterBond CXT wei that the reporter risked; its reward is at most ten times as much.
struct Verdict {
    NodeId node;
    Offence offence;
    uint256 base;
    address reporter;
    uint256 reporterBond;
}

/// @title ISlasher
/// @notice Executes verdicts: takes stake within the caps, splits it, and tells the reputation.
/// @dev Of what is slashed 50 % is burned, 30 % goes to the treasury, 20 % to the reporter, as far as its bond allows; what
/// the reporter does not get is burned. At most half of a node's stake in any 30 days, unless the offence removes it or it
/// is removed already.
interface ISlasher {
    /// @notice Emitted for every verdict, also one that takes nothing. `module` is the contract that found it.
    event Punished(
        NodeId indexed node,
        Offence indexed offence,
        address indexed module,
        uint256 base,
        uint256 slashed,
        uint256 burned,
        uint256 toTreasury,
        address reporter,
        uint256 reward
    );

    /// @notice Emitted when a reporter took its rewards.
    event RewardWithdrawn(address indexed reporter, uint256 amount);

    /// @notice Thrown when the offence is None.
    error SlasherNoOffence(NodeId node);

    /// @notice Executes a verdict. Restricted to modules. Takes less, or nothing, where a cap says so; reverts for no cap.
    function punish(Verdict calldata verdict) external returns (uint256 slashed);

    /// @notice Pays the caller the rewards it is owed.
    function withdraw() external returns (uint256 amount);

    /// @notice CXT wei owed to `reporter`.
    function owedTo(address reporter) external view returns (uint256 amount);

    /// @notice CXT wei slashed from `node` in the buckets of time that the cap looks at now.
    function recentlySlashed(NodeId node) external view returns (uint256 amount);

    /// @notice CXT wei that the cap still allows to slash from `node` now, for an offence that does not remove it.
    function slashable(NodeId node) external view returns (uint256 amount);

    /// @notice Latest offence of `node` and what it cost.
    function lastOffenceOf(NodeId node) external view returns (Offence offence, uint256 slashed, uint256 timestamp);
}
