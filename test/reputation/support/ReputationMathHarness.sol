// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ReputationMath} from "../../../contracts/reputation/ReputationMath.sol";
import {Offence} from "../../../contracts/types/Offence.sol";

/// @dev The library, many cases a call, for the comparison with the models in TypeScript.
contract ReputationMathHarness {
    function afterSuccessDown(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = ReputationMath.afterSuccessDown(cases[i][0], cases[i][1]);
        }
    }

    function afterLossDown(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = ReputationMath.afterLossDown(cases[i][0], cases[i][1]);
        }
    }

    function decayDown(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = ReputationMath.decayDown(cases[i][0], cases[i][1]);
    }

    function decayFactorDown(uint256[1][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = ReputationMath.decayFactorDown(cases[i][0]);
    }

    function recordBpsDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = ReputationMath.recordBpsDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function historyBpsDown(uint256[1][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = ReputationMath.historyBpsDown(cases[i][0]);
    }

    function lossOf(Offence offence) external pure returns (uint256 loss, bool isMiss, bool isViolation) {
        return (ReputationMath.lossOf(offence), ReputationMath.isMiss(offence), ReputationMath.isViolation(offence));
    }
}
