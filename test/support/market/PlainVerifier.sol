// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BN254} from "../../../contracts/verification/BN254.sol";
import {Groth16Proof} from "../../../contracts/verification/Groth16.sol";

/// @dev The check of a Groth16 proof word by word, without assembly: what `ProofWords` and `ProofVerifier` must equal.
library PlainVerifier {
    /// @dev scalar * (x, y).
    function mul(uint256[2] memory point, uint256 scalar) internal view returns (uint256[2] memory product) {
        (bool success, bytes memory output) = address(7).staticcall(abi.encode(point, scalar));
        require(success, "multiplication failed");
        return abi.decode(output, (uint256[2]));
    }

    function add(uint256[2] memory a, uint256[2] memory b) internal view returns (uint256[2] memory sum) {
        (bool success, bytes memory output) = address(6).staticcall(abi.encode(a, b));
        require(success, "addition failed");
        return abi.decode(output, (uint256[2]));
    }

    /// @dev IC_0 + sum of input_i * IC_(i+1).
    function statement(uint256[] memory key, uint256[] memory inputs) internal view returns (uint256[2] memory point) {
        point = [key[14], key[15]];
        for (uint256 i = 0; i < inputs.length; ++i) {
            point = add(point, mul([key[16 + 2 * i], key[17 + 2 * i]], inputs[i]));
        }
    }

    /// @dev (-A, B), (C, delta), (alpha, beta), (L, gamma).
    function pairs(
        uint256[] memory key,
        Groth16Proof memory proof,
        uint256[2] memory point
    ) internal pure returns (uint256[24] memory words) {
        (words[0], words[1]) = (proof.a[0], BN254.BASE_FIELD - proof.a[1]);
        (words[2], words[3], words[4], words[5]) = (proof.b[0][0], proof.b[0][1], proof.b[1][0], proof.b[1][1]);
        (words[6], words[7]) = (proof.c[0], proof.c[1]);
        (words[12], words[13]) = (key[0], key[1]);
        (words[18], words[19]) = (point[0], point[1]);
        for (uint256 i = 0; i < 4; ++i) {
            words[8 + i] = key[10 + i];
            words[14 + i] = key[2 + i];
            words[20 + i] = key[6 + i];
        }
    }

    /// @dev Whether e(-A, B) * e(alpha, beta) * e(L, gamma) * e(C, delta) = 1, in this order.
    function proves(
        uint256[] memory key,
        Groth16Proof memory proof,
        uint256[] memory inputs
    ) internal view returns (bool) {
        uint256[24] memory words = pairs(key, proof, statement(key, inputs));
        uint256[24] memory ordered;
        for (uint256 i = 0; i < 6; ++i) {
            ordered[i] = words[i];
            ordered[6 + i] = words[12 + i];
            ordered[12 + i] = words[18 + i];
            ordered[18 + i] = words[6 + i];
        }
        (bool success, bytes memory output) = address(8).staticcall{gas: 220_000}(abi.encode(ordered));
        return success && abi.decode(output, (bool));
    }
}
