// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev The two ways to earn from the pool.
/// - ComputePoC: doing verified work.
/// - StakeToValidate: verifying the work of others.
enum Track {
    ComputePoC,
    StakeToValidate
}
