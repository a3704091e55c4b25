// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CorexToken} from "../token/CorexToken.sol";
import {NodeId} from "../types/Ids.sol";

/// @dev One position. Slot 1: owner and times; slot 2: shares and votes.
/// @param owner Who staked it, commands it and gets it back; zero when the place is free.
/// @param period Seconds from asking to leave to being able to withdraw.
/// @param maturesAt Second from which it can be withdrawn; zero while it stays.
/// @param shares Shares of the node's stake: amount = shares x tokens / totalShares.
/// @param votes Voting units that the ledger of votes knows of; zero once it asked to leave.
struct Position {
    address owner;
    uint32 period;
    uint40 maturesAt;
    uint112 shares;
    uint128 votes;
}

/// @dev The stake of one node. Slots 1 and 2: the pool; slot 3: what it answers for.
/// @param tokens CXT wei of all positions, leaving and matured ones included.
/// @param totalShares Shares of all positions.
/// @param changedAt Second of the last change of anything that the boost depends on.
/// @param places Bit i is set while position i exists.
/// @param stayingShares Shares of the positions that did not ask to leave.
/// @param committedShares Sum of shares x period over those, in share-seconds.
/// @param held CXT wei that open liabilities hold.
/// @param slashed CXT wei ever slashed; never falls.
struct Stake {
    uint88 tokens;
    uint112 totalShares;
    uint40 changedAt;
    uint8 places;
    uint112 stayingShares;
    uint144 committedShares;
    uint96 held;
    uint96 slashed;
}

/// @title IStakeVault
/// @notice Stake of nodes: who stands behind a node, with how much, for how long.
/// @dev ROLLING LOCK: a position commits to a period. The boost is constant while it stays; asking to leave takes its boost
/// at once and starts the period; it stays slashable until it is withdrawn. No curve, so nothing goes stale.
///
/// SHARES: all positions of a node share its stake. A slash lowers `tokens` alone and thereby every position by the same
/// fraction, however many there are. Amounts in CXT wei, periods in seconds.
interface IStakeVault {
    /// @notice Emitted when the operator of a node let an account stake for it, or no longer does.
    event StakerApproved(NodeId indexed node, address indexed staker, bool approved);

    /// @notice Emitted when a position was opened.
    event Staked(NodeId indexed node, uint256 indexed position, address indexed owner, uint256 amount, uint256 period);

    /// @notice Emitted when a position was raised.
    event ToppedUp(NodeId indexed node, uint256 indexed position, uint256 amount);

    /// @notice Emitted when the commitment of a position was raised.
    event CommitmentRaised(NodeId indexed node, uint256 indexed position, uint256 oldPeriod, uint256 newPeriod);

    /// @notice Emitted when a position asked to leave.
    event LeaveRequested(NodeId indexed node, uint256 indexed position, uint256 maturesAt);

    /// @notice Emitted when a position stays after all.
    event LeaveCancelled(NodeId indexed node, uint256 indexed position);

    /// @notice Emitted when a leaving position paid to leave sooner.
    event ExitExpedited(
        NodeId indexed node,
        uint256 indexed position,
        uint256 fee,
        uint256 oldMaturesAt,
        uint256 newMaturesAt
    );

    /// @notice Emitted when a position was paid out and closed.
    event Withdrawn(NodeId indexed node, uint256 indexed position, address indexed owner, uint256 amount);

    /// @notice Emitted when a liability began or ended to hold stake; `held` is the sum since.
    event HoldUpdated(NodeId indexed node, uint256 held);

    /// @notice Emitted when stake was slashed.
    event StakeSlashed(NodeId indexed node, uint256 requested, uint256 slashed, uint256 left);

    /// @notice Thrown when the caller neither operates the node nor was approved by its operator.
    error StakeVaultNotApproved(NodeId node, address caller);

    /// @notice Thrown when the caller does not own the position.
    error StakeVaultNotOwner(NodeId node, uint256 position, address caller);

    /// @notice Thrown when the node exited or was removed, or does not exist: it takes no stake.
    error StakeVaultClosedNode(NodeId node);

    /// @notice Thrown when an amount or a period lies outside its hard bounds.
    error StakeVaultOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the node has `MAX_POSITIONS` positions.
    error StakeVaultNoPlace(NodeId node, uint256 maximum);

    /// @notice Thrown when the position asked to leave and the call needs it to stay.
    error StakeVaultLeaving(NodeId node, uint256 position, uint256 maturesAt);

    /// @notice Thrown when the position stays and the call needs it to leave.
    error StakeVaultStaying(NodeId node, uint256 position);

    /// @notice Thrown when the position is not mature.
    error StakeVaultNotMature(NodeId node, uint256 position, uint256 maturesAt, uint256 timestamp);

    /// @notice Thrown when a commitment would not be raised.
    error StakeVaultCommitmentNotRaised(uint256 oldPeriod, uint256 newPeriod);

    /// @notice Thrown when what would be left is less than open liabilities hold.
    error StakeVaultHeld(NodeId node, uint256 left, uint256 held);

    /// @notice Thrown when more would be given free than is held.
    error StakeVaultNotHeld(NodeId node, uint256 amount, uint256 held);

    /// @notice Thrown when the boost of a time before its last change is asked for.
    error StakeVaultForgotten(NodeId node, uint256 timestamp, uint256 changedAt);

    /// @notice Lets `staker` open positions for the caller's node, or no longer. Positions that exist are its own either way.
    function approveStaker(address staker, bool approved) external;

    /// @notice Opens a position of the caller for `node`; only its operator and accounts that the operator approved.
    function stake(NodeId node, uint256 amount, uint32 period) external returns (uint256 position);

    /// @notice As `stake`, with an EIP-2612 permit. A permit that somebody else already used does no harm: then the allowance
    /// that it gave is used.
    function stakeWithPermit(
        NodeId node,
        uint256 amount,
        uint32 period,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 position);

    /// @notice Adds to a staying position of the caller, who must still be approved: a short period, with much behind it, would
    /// shorten the average of the node.
    function topUp(NodeId node, uint256 position, uint256 amount) external;

    /// @notice Raises the period of a staying position of the caller.
    function raiseCommitment(NodeId node, uint256 position, uint32 newPeriod) external;

    /// @notice Asks to leave: takes the boost at once and starts the period. Possible in every status of the node.
    function startLeaving(NodeId node, uint256 position) external;

    /// @notice Stays after all, with the whole period again; needs the approval to be in force still. Not for a node that exited or
    /// was removed.
    function cancelLeaving(NodeId node, uint256 position) external;

    /// @notice Shortens the rest of the period of a leaving position to the shortest one, for a fee; not while anything is held.
    /// @dev fee = 20 % x (rest - MIN_PERIOD) / MAX_PERIOD of its amount, rounded up, to the fee router. Reverts when the rest is
    /// not longer than the shortest period.
    function expedite(NodeId node, uint256 position) external;

    /// @notice Pays a mature position of the caller out. Never pausable; blocked only by what open liabilities hold.
    function withdraw(NodeId node, uint256 position) external returns (uint256 amount);

    /// @notice Tells the ledger of votes what the positions of `node` are worth now, after a slash or a change of their node's stake.
    /// Open to anyone; at most 8 positions. Whatever else changes a position tells the ledger at once.
    function syncVotes(NodeId node) external;

    /// @notice Holds `amount` for an open liability if that much is free, else holds nothing. Restricted to modules.
    function hold(NodeId node, uint256 amount) external returns (bool held);

    /// @notice Gives `amount` of what was held free. Restricted to modules.
    function unhold(NodeId node, uint256 amount) external;

    /// @notice Takes up to `amount` from all positions of `node` and sends it to the caller. Restricted to the slasher.
    /// @return slashed What was taken: never more than there is; cost does not depend on the number of positions.
    function slash(NodeId node, uint256 amount) external returns (uint256 slashed);

    /// @notice The token that is staked.
    function token() external view returns (CorexToken);

    /// @notice CXT wei staked for `node`: all that a slash can reach.
    function stakeOf(NodeId node) external view returns (uint256 tokens);

    /// @notice CXT wei of positions of `node` that stay.
    function stayingStakeOf(NodeId node) external view returns (uint256 tokens);

    /// @notice Stake-Boost of `node` as of now, scaled by WAD: one, or 1.1 to 3.
    function boostOf(NodeId node) external view returns (uint256 boost);

    /// @notice Stake-Boost at second `timestamp` if nobody acts until then; not before the last change.
    function boostAt(NodeId node, uint256 timestamp) external view returns (uint256 boost);

    /// @notice A position; all zero when the place is free.
    function positionOf(NodeId node, uint256 position) external view returns (Position memory);

    /// @notice CXT wei that a position is worth now, rounded down.
    function amountOf(NodeId node, uint256 position) external view returns (uint256 amount);

    /// @notice Everything stored about the stake of `node`.
    function stakeDataOf(NodeId node) external view returns (Stake memory);

    /// @notice Whether `staker` may open positions for `node`.
    function isApproved(NodeId node, address staker) external view returns (bool);

    /// @notice CXT wei of all nodes' stakes; the vault's balance is at least this.
    function totalStaked() external view returns (uint256 tokens);
}
