// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Where the entropy of a ticket stands.
/// - Pending: nobody can read it yet.
/// - Ready: known; draws with it count.
/// - Expired: its period is over, or it can no longer be read; draws need a new ticket.
enum EntropyStatus {
    Pending,
    Ready,
    Expired
}

/// @title IEntropySource
/// @notice Random values that nobody knows when they are asked for, cut into periods.
/// @dev A ticket names a future value. Its period begins before the value is known, and its value serves only while that
/// period runs. So whoever freezes a state at the start of each period has frozen it before the entropy of that period is
/// known, and two versions of the state, the present one and that at the start of the period, are all it has to keep.
///
/// An implementation may be a block hash, a beacon, or a verifiable random function whose rounds follow a clock.
interface IEntropySource {
    /// @notice Number of the running period; never falls, starts above zero.
    function period() external view returns (uint32);

    /// @notice The ticket of a request made now: its value is unknown to everybody, and its period is the running or the next.
    function nextTicket() external view returns (uint40 ticket);

    /// @notice Lowest ticket whose value nobody knew before this block; the values of all lower ones were known.
    function horizon() external view returns (uint40 ticket);

    /// @notice Status and value of `ticket`; the value is zero unless ready.
    function read(uint40 ticket) external view returns (EntropyStatus status, bytes32 value);

    /// @notice Most CXT wei that one draw may be worth to whoever can influence this source. Users refuse more.
    function maxDrawValue() external view returns (uint256);
}
