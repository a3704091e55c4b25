// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ModelId} from "../types/Ids.sol";
import {IModelRegistry, MetricSource} from "./IModelRegistry.sol";

/// @dev What an account says about a model.
/// @param attestor Who says it. Nobody vouches for it but this account.
/// @param attestedAt Second at which it was said last.
/// @param source Always `MetricSource.Attested`.
/// @param name What is measured, as short text or a hash.
/// @param value The value, scaled by WAD.
/// @param evidence SHA-256 digest of what the value can be checked with, in content-addressed storage.
struct AttestedMetric {
    address attestor;
    uint40 attestedAt;
    MetricSource source;
    bytes32 name;
    int256 value;
    bytes32 evidence;
}

/// @title IModelMetrics
/// @notice What accounts say about registered models. Nothing here is proved: proved metrics are in `IModelRegistry.metricsOf`.
/// Readers decide whom they trust.
interface IModelMetrics {
    /// @notice Emitted when an account said something about a model; `oldValue` is zero the first time.
    event MetricAttested(
        ModelId indexed model,
        address indexed attestor,
        bytes32 indexed name,
        int256 oldValue,
        int256 newValue,
        bytes32 evidence
    );

    /// @notice Thrown when name or evidence is zero.
    error ModelMetricsEmptyTerm(bytes32 term);

    /// @notice Thrown when the account uses more than `MAX_NAMES` names for a model.
    error ModelMetricsTooManyNames(ModelId model, address attestor, uint256 maximum);

    /// @notice Says that metric `name` of `model` is `value` (scaled by WAD), for `evidence`. Open to anyone; one value per account
    /// and name, which the account may replace.
    function attest(ModelId model, bytes32 name, int256 value, bytes32 evidence) external;

    /// @notice What `attestor` says about metric `name` of `model`; all zero for nothing.
    function metricAttestedBy(
        ModelId model,
        address attestor,
        bytes32 name
    ) external view returns (AttestedMetric memory);

    /// @notice Everything said about `model`, in the order of first saying, at most `limit` from number `offset` (from 0) on.
    function metricsAttestedOf(
        ModelId model,
        uint256 offset,
        uint256 limit
    ) external view returns (AttestedMetric[] memory);

    /// @notice The same of one account, which has at most `MAX_NAMES`.
    function metricsAttestedBy(ModelId model, address attestor) external view returns (AttestedMetric[] memory);

    /// @notice Where models are registered.
    function models() external view returns (IModelRegistry);
}
