// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ICircuitRegistry} from "./ICircuitRegistry.sol";
import {TestChains} from "./TestChains.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title DevelopmentKeys
/// @notice Knows the verifying keys whose secrets are public, whatever they are called.
/// @dev Alpha and beta come from phase 1 and no phase 2 changes them: every key built on the development powers of tau has
/// the same two. Their secrets follow from a published text alone, not from the size of the powers.
library DevelopmentKeys {
    /// @dev keccak256 of the words of alpha and beta, in the order of a verifying key. With x_1, x_2, x_3 the first three
    /// scalars of ChaCha20 seeded with sha256 iterated 2^10 times over sha256("Corex DEV-ONLY phase 1"):
    /// alpha = x_2 * G1, beta = x_3 * G2. `test/verification/development-keys.test.ts` derives it again.
    bytes32 internal constant PHASE1 = 0xabc42fc4f985591755a62afa13a32bdec2126b2d4ce571bbbb5bfe9b398551e0;

    /// @dev Reverts when a development key is not marked as one, or is offered outside test chains. `key` is well-formed.
    function requireAllowed(uint256[] calldata key, bool devOnly) internal view {
        bool development = isDevelopment(key);
        require(
            TestChains.isTestChain(block.chainid) || !(devOnly || development),
            ICircuitRegistry.CircuitRegistryDevelopmentKey(block.chainid)
        );
        require(devOnly || !development, ICircuitRegistry.CircuitRegistryUnmarkedDevelopmentKey(PHASE1));
    }

    /// @dev Whether `key`, of six words at least, was built on the development powers of tau.
    function isDevelopment(uint256[] calldata key) internal pure returns (bool) {
        return keccak256(abi.encodePacked(key[:VerifyingKey.GAMMA])) == PHASE1;
    }
}
