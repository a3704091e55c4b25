// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BenchmarkRules} from "../../../contracts/benchmark/BenchmarkRules.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";

/// @dev The library, for the comparison with the models in TypeScript.
contract BenchmarkRulesHarness {
    function workloadOf(DeviceClass device) external pure returns (uint256) {
        return BenchmarkRules.workloadOf(device);
    }

    function dailyWorkUnitsDown(uint256[4][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            uint256[4] calldata c = cases[i];
            results[i] = BenchmarkRules.dailyWorkUnitsDown(DeviceClass(c[0]), c[1], c[2], c[3]);
        }
    }

    function elapsedOf(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = BenchmarkRules.elapsedOf(cases[i][0], cases[i][1]);
    }

    function challengeDurationUp(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = BenchmarkRules.challengeDurationUp(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function isTolerable(uint256[4][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            uint256[4] calldata c = cases[i];
            results[i] = BenchmarkRules.isTolerable(c[0], c[1], c[2], c[3]) ? 1 : 0;
        }
    }
}
