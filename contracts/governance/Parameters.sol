// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IBenchmarkRegistry} from "../benchmark/IBenchmarkRegistry.sol";
import {IMarket} from "../market/IMarket.sol";
import {IFeeRouter} from "../mining/IFeeRouter.sol";
import {IRewardDistributor, RewardTerms} from "../mining/IRewardDistributor.sol";
import {BPS} from "../types/Units.sol";
import {IParameters, Parameter, ParameterSpec, ParameterState} from "./IParameters.sol";
import {ParameterTable} from "./ParameterTable.sol";

/// @dev Who uses the numbers that are kept elsewhere. The markets share one protocol fee.
struct ParameterUsers {
    IMarket[] markets;
    IRewardDistributor distributor;
    IFeeRouter feeRouter;
    IBenchmarkRegistry benchmarks;
}

/// @title Parameters
/// @dev INVARIANTS
/// - INV-PAR-1: every value is within its hard bounds; a change is at most one step, and not before its interval is over.
/// - INV-PAR-2: what users keep equals the value here, once it changed here.
/// - INV-PAR-3: burn share and treasury share are together at most one.
/// - INV-PAR-4: the value that a number of governance had at a past second never changes.
/// @dev TRUST
/// - The DAO moves numbers step by step within hard bounds, the committee within the band that the DAO chose. Neither reaches a running task, an
///   open day or the mining pool.
/// - Users are immutable addresses of this suite, which check their own bounds.
/// @dev LIVENESS
/// - Nobody waits for anything here.
contract Parameters is IParameters, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    IRewardDistributor private immutable _distributor;
    IFeeRouter private immutable _feeRouter;
    IBenchmarkRegistry private immutable _benchmarks;
    IMarket[] private _markets;

    mapping(Parameter parameter => ParameterState state) private _states;

    /// @dev Of the numbers of governance that changed; what never did has its first value at every second.
    mapping(Parameter parameter => Checkpoints.Trace208 values) private _history;

    /// @dev Takes the present numbers of the users over. Their bands are open, those of governance closed.
    constructor(address initialAuthority, ParameterUsers memory users) AccessManaged(initialAuthority) {
        _distributor = users.distributor;
        _feeRouter = users.feeRouter;
        _benchmarks = users.benchmarks;
        _markets = users.markets;
        for (uint256 i = 0; i < ParameterTable.COUNT; ++i) {
            Parameter parameter = Parameter(i);
            ParameterSpec memory spec = ParameterTable.specOf(parameter);
            bool own = parameter >= ParameterTable.FIRST_OWN;
            _states[parameter] = ParameterState({
                value: own ? ParameterTable.initialOf(parameter) : uint128(_used(parameter)),
                changedAt: 0,
                bandMinimum: own ? 1 : spec.minimum,
                bandMaximum: own ? 0 : spec.maximum
            });
        }
    }

    /// @inheritdoc IParameters
    function set(Parameter parameter, uint256 value) external restricted {
        _change(parameter, value);
    }

    /// @inheritdoc IParameters
    function move(Parameter parameter, uint256 value) external restricted {
        // Check: the band of the committee.
        ParameterState storage state = _states[parameter];
        (uint256 minimum, uint256 maximum) = (state.bandMinimum, state.bandMaximum);
        require(value >= minimum && value <= maximum, ParametersOutOfBounds(parameter, value, minimum, maximum));

        _change(parameter, value);
    }

    /// @inheritdoc IParameters
    function setBand(Parameter parameter, uint256 minimum, uint256 maximum) external restricted {
        // Check: inside the hard bounds, or closed.
        ParameterSpec memory spec = ParameterTable.specOf(parameter);
        require(minimum >= spec.minimum, ParametersOutOfBounds(parameter, minimum, spec.minimum, spec.maximum));
        require(maximum <= spec.maximum, ParametersOutOfBounds(parameter, maximum, spec.minimum, spec.maximum));
        require(minimum <= spec.maximum + 1, ParametersOutOfBounds(parameter, minimum, spec.minimum, spec.maximum));

        // Effect: for later moves. Casts are safe: within the hard bounds, or one above.
        _states[parameter].bandMinimum = uint128(minimum);
        _states[parameter].bandMaximum = uint128(maximum);

        emit BandChanged(parameter, minimum, maximum);
    }

    /// @inheritdoc IParameters
    function get(Parameter parameter) external view returns (uint256 value) {
        return _clamp(parameter, _states[parameter].value);
    }

    /// @inheritdoc IParameters
    function getPast(Parameter parameter, uint256 timepoint) external view returns (uint256 value) {
        // Check: kept, and over, so that nothing can change it. Cast is safe: before now.
        require(parameter >= ParameterTable.FIRST_OWN, ParametersNoHistory(parameter));
        require(timepoint < block.timestamp, ParametersFutureLookup(timepoint, block.timestamp));
        Checkpoints.Trace208 storage history = _history[parameter];
        bool changed = history.length() != 0;
        return _clamp(parameter, changed ? history.upperLookupRecent(uint48(timepoint)) : _states[parameter].value);
    }

    /// @inheritdoc IParameters
    function stateOf(Parameter parameter) external view returns (ParameterState memory) {
        return _states[parameter];
    }

    /// @inheritdoc IParameters
    function specOf(Parameter parameter) external pure returns (ParameterSpec memory) {
        return ParameterTable.specOf(parameter);
    }

    /// @inheritdoc IParameters
    function count() external pure returns (uint256) {
        return ParameterTable.COUNT;
    }

    function _change(Parameter parameter, uint256 value) private {
        // Check: hard bounds, interval and step.
        ParameterSpec memory spec = ParameterTable.specOf(parameter);
        require(
            value >= spec.minimum && value <= spec.maximum,
            ParametersOutOfBounds(parameter, value, spec.minimum, spec.maximum)
        );
        ParameterState storage state = _states[parameter];
        uint256 changedAt = state.changedAt;
        uint256 possibleAt = changedAt == 0 ? 0 : changedAt + spec.minInterval;
        require(block.timestamp >= possibleAt, ParametersTooSoon(parameter, possibleAt, block.timestamp));
        uint256 oldValue = state.value;
        uint256 step = _stepOf(spec, oldValue, value > oldValue);
        uint256 distance = value > oldValue ? value - oldValue : oldValue - value;
        require(distance <= step, ParametersStepTooLarge(parameter, oldValue, value, step));

        // Effect: the value. Casts are safe: within the hard bounds; seconds.
        if (parameter >= ParameterTable.FIRST_OWN) _remember(parameter, oldValue, value);
        state.value = uint128(value);
        state.changedAt = uint40(block.timestamp);

        emit ParameterChanged(parameter, oldValue, value, msg.sender);

        // Interaction: who uses it takes it, or nothing changed.
        _push(parameter, value);
    }

    /// @dev Keeps that a number was another one until now. Casts are safe: within the hard bounds; seconds.
    function _remember(Parameter parameter, uint256 oldValue, uint256 value) private {
        Checkpoints.Trace208 storage history = _history[parameter];
        if (history.length() == 0) history.push(0, uint208(oldValue));
        history.push(uint48(block.timestamp), uint208(value));
    }

    /// @dev Sets the number where it is used. Nothing to do for the numbers of governance, which are read here.
    function _push(Parameter parameter, uint256 value) private {
        if (parameter >= ParameterTable.FIRST_OWN) return;
        if (parameter == Parameter.ProtocolFeeBps) {
            for (uint256 i = 0; i < _markets.length; ++i) _markets[i].setProtocolFee(value);
        } else if (parameter == Parameter.BurnShareBps || parameter == Parameter.TreasuryShareBps) {
            (uint256 burned, uint256 kept) = (_valueOf(Parameter.BurnShareBps), _valueOf(Parameter.TreasuryShareBps));
            require(burned + kept <= BPS, ParametersSharesTooLarge(burned, kept));
            _feeRouter.setShares(burned, kept);
        } else if (parameter == Parameter.MacsPerWorkUnit) {
            _benchmarks.setMacsPerWorkUnit(uint64(value));
        } else {
            _distributor.setTerms(
                RewardTerms({
                    computeShareBps: uint16(_valueOf(Parameter.ComputeShareBps)),
                    matchBps: uint16(_valueOf(Parameter.MatchBps)),
                    networkShareBps: uint16(_valueOf(Parameter.NetworkShareBps)),
                    claimFeeBps: uint16(_valueOf(Parameter.ClaimFeeBps)),
                    maxRewardPerPoint: uint64(_valueOf(Parameter.MaxRewardPerPoint))
                })
            );
        }
    }

    /// @dev The number as who uses it has it now.
    function _used(Parameter parameter) private view returns (uint256) {
        if (parameter == Parameter.ProtocolFeeBps) return _markets[0].protocolFeeBps();
        if (parameter == Parameter.BurnShareBps) return _feeRouter.burnShareBps();
        if (parameter == Parameter.TreasuryShareBps) return _feeRouter.treasuryShareBps();
        if (parameter == Parameter.MacsPerWorkUnit) return _benchmarks.macsPerWorkUnit();
        RewardTerms memory terms = _distributor.terms();
        if (parameter == Parameter.ComputeShareBps) return terms.computeShareBps;
        if (parameter == Parameter.MatchBps) return terms.matchBps;
        if (parameter == Parameter.NetworkShareBps) return terms.networkShareBps;
        if (parameter == Parameter.ClaimFeeBps) return terms.claimFeeBps;
        return terms.maxRewardPerPoint;
    }

    function _clamp(Parameter parameter, uint256 value) private pure returns (uint256) {
        ParameterSpec memory spec = ParameterTable.specOf(parameter);
        return Math.min(Math.max(value, spec.minimum), spec.maximum);
    }

    function _valueOf(Parameter parameter) private view returns (uint256) {
        return _states[parameter].value;
    }

    /// @dev Most that one change moves the value up, or down, rounded down. Down it is at most what a step up brings back: a number that
    /// doubles at most also halves at most, so that no single change takes it to its minimum.
    function _stepOf(ParameterSpec memory spec, uint256 value, bool up) private pure returns (uint256) {
        if (spec.maxStepBps <= BPS) return (uint256(spec.maximum - spec.minimum) * spec.maxStepBps) / BPS;
        if (up) return (value * (spec.maxStepBps - BPS)) / BPS;
        return value - Math.ceilDiv(value * BPS, spec.maxStepBps);
    }
}
