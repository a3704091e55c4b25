// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev The cheat codes about blocks, beside those of `Vm`.
interface ChainVm {
    function roll(uint256 blockNumber) external;
    function setBlockhash(uint256 blockNumber, bytes32 hash) external;
}

/// @dev Address of the cheat codes: the last 20 bytes of `keccak256("hevm cheat code")`.
ChainVm constant chainVm = ChainVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
