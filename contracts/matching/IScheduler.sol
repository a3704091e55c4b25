// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {IEntropySource} from "./IEntropySource.sol";

/// @dev One draw.
/// @param ticket Entropy ticket, taken with `nextTicket` when the draw was requested.
/// @param salt Tells apart draws with the same ticket.
/// @param device `ANY_DEVICE`, or one plus the `DeviceClass` asked for.
/// @param minTier Lowest tier asked for.
/// @param excluded Node that is drawn only when no other turns up; zero for none.
struct Draw {
    uint40 ticket;
    bytes32 salt;
    uint8 device;
    uint8 minTier;
    NodeId excluded;
}

/// @dev What a draw came to.
/// - Pending: the entropy is not known yet.
/// - Drawn: a node was drawn.
/// - Nobody: none of the bounded number of attempts met a node that can work.
/// - Expired: the entropy can no longer be used.
enum DrawOutcome {
    Pending,
    Drawn,
    Nobody,
    Expired
}

/// @dev What the scheduler knows about a node. One slot.
/// @param capacity Work units per day of the unexpired benchmark as of the last poke; zero when it was not eligible then.
/// @param score Reputation in basis points of one.
/// @param record Stability and history, averaged, in basis points of one.
/// @param boost Stake-Boost in basis points: 10,000 without stake, else 11,000 to 30,000.
/// @param open Fragments that the node has now.
/// @param weight Weight as of now; zero at the concurrency limit. Draws use it from the next period on.
/// @param device Device class, fixed at the first poke.
/// @param tier Tier as of now, 0 to 4: the tree in which `weight` is.
struct NodeWeight {
    uint40 capacity;
    uint16 score;
    uint16 record;
    uint16 boost;
    uint16 open;
    uint32 weight;
    DeviceClass device;
    uint8 tier;
}

/// @title IScheduler
/// @notice Chooses the node of a fragment: with probability weight / sum of the weights of its class. The weights of a draw
/// are those at the start of the period of its entropy, so nobody who knows the entropy can change them; a node that since
/// became slower, worse or busy is drawn with its present weight at most.
/// @dev weight = capacity x reputation x boost, zero when not eligible or at the concurrency limit of its tier.
interface IScheduler {
    /// @notice Emitted when the weight or tier of a node changed; `device` and `tier` name its tree from now on.
    event WeightUpdated(
        NodeId indexed node,
        DeviceClass device,
        uint256 oldTier,
        uint256 newTier,
        uint256 oldWeight,
        uint256 newWeight
    );

    /// @notice Emitted when a drawn fragment was taken by a node, or given back; `open` is how many it has now.
    event LoadUpdated(NodeId indexed node, uint256 open, uint256 limit);

    /// @notice Thrown when a node gives back a fragment and has none.
    error SchedulerNothingOpen(NodeId node);

    /// @notice Thrown when a value that a source reports lies outside its scale.
    error SchedulerValueOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when a class of task is asked for that does not exist.
    error SchedulerUnknownClass(uint256 device, uint256 minTier);

    /// @notice Draws a node and counts the fragment against its limit. Restricted to the market.
    /// @dev Takes nodes that it meets and that are no longer eligible out of the trees, at most `MAX_REPAIRS` of them.
    /// @return outcome What the draw came to.
    /// @return node The node; zero unless drawn.
    /// @return boostBps Its Stake-Boost as of now; zero unless drawn.
    function take(Draw calldata request) external returns (DrawOutcome outcome, NodeId node, uint256 boostBps);

    /// @notice Gives a fragment of `node` back. Restricted to the market.
    /// @return tier Its tier as of now.
    /// @return boostBps Its Stake-Boost as of now.
    function giveBack(NodeId node) external returns (uint256 tier, uint256 boostBps);

    /// @notice Gives one fragment back of each of `nodes`, which may name a node several times. Restricted to the market.
    /// @return ratings By fragment, what the work of its node counts for as of then: weight of the tier times Stake-Boost, each
    /// in basis points.
    function giveBackMany(NodeId[] calldata nodes) external returns (uint256[] memory ratings);

    /// @notice Reads capacity, eligibility and device of `node` from the node registry again. Open to anyone.
    function poke(NodeId node) external;

    /// @notice Sets reputation and record of `node`, each in basis points of one. Restricted to the reputation.
    function setStanding(NodeId node, uint256 scoreBps, uint256 recordBps) external;

    /// @notice Sets the Stake-Boost of `node` in basis points: 10,000 or 11,000 to 30,000. Restricted to the stake vault.
    function setBoost(NodeId node, uint256 boostBps) external;

    /// @notice What `take` would come to now; changes nothing.
    function preview(Draw calldata request) external view returns (DrawOutcome outcome, NodeId node);

    /// @notice The ticket of a draw requested now.
    function nextTicket() external view returns (uint40 ticket);

    /// @notice Lowest ticket whose draws were not decided before this block.
    function horizon() external view returns (uint40 ticket);

    /// @notice Where the entropy comes from; fixed at construction.
    function entropySource() external view returns (IEntropySource);

    /// @notice What is known about `node`; all zero but for a boost of one when nothing was reported.
    function weightOf(NodeId node) external view returns (NodeWeight memory);

    /// @notice Weight of `node` in draws of the running period, and the tier of the tree it is in.
    function frozenWeightOf(NodeId node) external view returns (uint256 weight, uint256 tier);

    /// @notice Sum of the weights of a class in draws of the running period.
    function frozenTotalOf(uint8 device, uint8 minTier) external view returns (uint256 total);

    /// @notice Sum of the weights of a class as of now.
    function totalOf(uint8 device, uint8 minTier) external view returns (uint256 total);
}
