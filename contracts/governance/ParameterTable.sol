// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Parameter, ParameterSpec} from "./IParameters.sol";

/// @title ParameterTable
/// @notice What never changes about each parameter.
/// @dev Bounds of numbers that other contracts keep equal those in these contracts; a test compares them.
library ParameterTable {
    /// @dev Parameters there are.
    uint256 internal constant COUNT = 16;

    /// @dev The first parameter of governance itself: those before it are kept by the contracts that use them.
    Parameter internal constant FIRST_OWN = Parameter.SupportBps;

    /// @dev A step of `maxStepBps` above 10,000 is a share of the present value: 20,000 is at most doubled, or halved.
    uint32 private constant DOUBLE = 20_000;

    /// @dev A fifth and a quarter of the range.
    uint32 private constant FIFTH = 2_000;
    uint32 private constant QUARTER = 2_500;

    bytes16 private constant BASIS_POINTS = "bps";

    /// @dev Returns bounds, step, interval and unit of a parameter.
    function specOf(Parameter parameter) internal pure returns (ParameterSpec memory) {
        return parameter < FIRST_OWN ? _specOfSuite(parameter) : _specOfGovernance(parameter);
    }

    /// @dev Value that a parameter of governance begins with.
    function initialOf(Parameter parameter) internal pure returns (uint128) {
        if (parameter == Parameter.SupportBps) return 150;
        if (parameter == Parameter.ProposerStake) return 20_000e18;
        if (parameter == Parameter.ProposerScore) return 0.5e18;
        if (parameter == Parameter.ProposalBond) return 1_000e18;
        if (parameter == Parameter.PolicyQuorumBps) return 2_000;
        if (parameter == Parameter.TechnicalQuorumBps) return 3_000;
        return 500;
    }

    function _specOfSuite(Parameter parameter) private pure returns (ParameterSpec memory) {
        if (parameter == Parameter.ProtocolFeeBps) return ParameterSpec(0, 1_000, FIFTH, 7 days, BASIS_POINTS);
        if (parameter == Parameter.ComputeShareBps) return ParameterSpec(6_000, 9_000, FIFTH, 30 days, BASIS_POINTS);
        if (parameter == Parameter.MatchBps) return ParameterSpec(0, 20_000, QUARTER, 30 days, BASIS_POINTS);
        if (parameter == Parameter.ClaimFeeBps) return ParameterSpec(0, 500, FIFTH, 7 days, BASIS_POINTS);
        if (parameter == Parameter.MaxRewardPerPoint) return ParameterSpec(1, 1e12, DOUBLE, 7 days, "CXT wei");
        if (parameter == Parameter.MacsPerWorkUnit) return ParameterSpec(1e3, 1e12, DOUBLE, 30 days, "MAC");
        // Burn share, treasury share, network share.
        return ParameterSpec(0, 10_000, QUARTER, 7 days, BASIS_POINTS);
    }

    function _specOfGovernance(Parameter parameter) private pure returns (ParameterSpec memory) {
        if (parameter == Parameter.SupportBps) return ParameterSpec(10, 1_000, QUARTER, 30 days, BASIS_POINTS);
        if (parameter == Parameter.ProposerStake) {
            return ParameterSpec(1_000e18, 1_000_000e18, DOUBLE, 30 days, "units");
        }
        if (parameter == Parameter.ProposerScore) return ParameterSpec(0, 0.9e18, QUARTER, 30 days, "WAD");
        if (parameter == Parameter.ProposalBond) return ParameterSpec(0, 100_000e18, QUARTER, 30 days, "CXT wei");
        if (parameter == Parameter.PolicyQuorumBps) return ParameterSpec(500, 5_000, QUARTER, 30 days, BASIS_POINTS);
        if (parameter == Parameter.TechnicalQuorumBps) {
            return ParameterSpec(1_000, 6_000, QUARTER, 30 days, BASIS_POINTS);
        }
        return ParameterSpec(0, 500, QUARTER, 30 days, BASIS_POINTS);
    }
}
