// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IBrake
/// @notice A module that the council (before it the Security Committee) can stop for a few days: new work only, never an exit.
interface IBrake {
    /// @notice Emitted when the module was stopped until a second.
    event Braked(uint256 until);

    /// @notice Emitted when it was let go early.
    event BrakeReleased();

    /// @notice Thrown while the module is stopped.
    error BrakeActive(uint256 until, uint256 timestamp);

    /// @notice Thrown when a stop is too long, or comes too soon after the last.
    error BrakeOutOfBounds(bytes32 term, uint256 value, uint256 limit);

    /// @notice Stops the module for `duration` seconds from now, at most `MAX_BRAKE` = 7 days, and not within `BRAKE_COOLDOWN` = 30 days of
    /// the end of the last stop. Ends by itself. Restricted to BRAKE.
    function brake(uint256 duration) external;

    /// @notice Ends the stop now; the cool-down counts from here. Restricted to BRAKE.
    function release() external;

    /// @notice Second at which the present or last stop ends; zero for none so far.
    function brakedUntil() external view returns (uint256 timestamp);
}
