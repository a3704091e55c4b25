// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev One, as a fixed-point number with 18 decimals.
uint256 constant WAD = 1e18;

/// @dev One hundred percent in basis points.
uint256 constant BPS = 10_000;

/// @dev Reward points of one proved multiply-accumulate: the resolution of every point figure.
uint256 constant POINTS_PER_WORK_UNIT = 1e6;
