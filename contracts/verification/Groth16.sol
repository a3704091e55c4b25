// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev A Groth16 proof over BN254, in the order of the EIP-197 precompile: the second coordinate of G2 first.
/// @param a Point of G1 (x, y).
/// @param b Point of G2 ((x imaginary, x real), (y imaginary, y real)).
/// @param c Point of G1 (x, y).
struct Groth16Proof {
    uint256[2] a;
    uint256[2][2] b;
    uint256[2] c;
}
