// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title Roles
/// @notice Role numbers of the one `AccessManager`. Role 0 is its ADMIN.
/// @dev The table of what each role may call is `deploy/authority.ts`; docs and deployment read that table.
library Roles {
    /// @dev Operations Committee: network tasks, day by day.
    uint64 internal constant OPERATIONS = 1;

    /// @dev Security Committee: suspends and reinstates nodes, removes nodes, retires circuits.
    uint64 internal constant SECURITY = 2;

    /// @dev Signs hardware benchmarks (EIP-712); calls nothing.
    uint64 internal constant ATTESTOR = 3;

    /// @dev Contracts that report verified work to the `RewardDistributor`.
    uint64 internal constant REPORTER = 4;

    /// @dev Operations Committee, where everybody gets a warning: bounded parameters and new circuits, after a delay.
    uint64 internal constant PARAMETERS = 5;
}
