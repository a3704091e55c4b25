// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title TestChains
/// @notice The chains on which development keys are allowed: value on them is play money.
library TestChains {
    /// @dev Local: Hardhat and Anvil (31337). Public: Sepolia, Hoodi, Base Sepolia, OP Sepolia, Arbitrum Sepolia.
    function isTestChain(uint256 chainId) internal pure returns (bool) {
        return
            chainId == 31337 ||
            chainId == 11155111 ||
            chainId == 560048 ||
            chainId == 84532 ||
            chainId == 11155420 ||
            chainId == 421614;
    }
}
