// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ModelId} from "../types/Ids.sol";
import {Pages} from "../types/Pages.sol";
import {AttestedMetric, IModelMetrics} from "./IModelMetrics.sol";
import {IModelRegistry, MetricSource} from "./IModelRegistry.sol";

/// @title ModelMetrics
/// @dev INVARIANTS
/// - INV-MOD-4: a metric here is marked attested, names the account that sent it, and only that account ever replaces it. One
///   that is marked proved comes from `ModelRegistry` alone.
/// @dev BOUNDS
/// - An account has at most `MAX_NAMES` metrics of a model. There is no bound over all accounts: it would let anyone fill a
///   model's list and shut others out. Readers page, or ask for the accounts that they trust.
/// @dev TRUST
/// - Nobody is trusted, and nobody's word is worth more than another's: an attestation is worth what its account is.
contract ModelMetrics is IModelMetrics {
    /// @notice Metrics of one model that one account can attest.
    uint256 public constant MAX_NAMES = 64;

    /// @inheritdoc IModelMetrics
    IModelRegistry public immutable models;

    mapping(ModelId model => AttestedMetric[] metrics) private _metrics;
    mapping(ModelId model => mapping(address attestor => uint256[] places)) private _placesOf;
    /// @dev Place plus one; zero for none.
    mapping(ModelId model => mapping(address attestor => mapping(bytes32 name => uint256 place))) private _place;

    constructor(IModelRegistry registry) {
        models = registry;
    }

    /// @inheritdoc IModelMetrics
    function attest(ModelId model, bytes32 name, int256 value, bytes32 evidence) external {
        // Check: a known model, a name and something to check the value with.
        models.get(model);
        require(name != bytes32(0), ModelMetricsEmptyTerm("name"));
        require(evidence != bytes32(0), ModelMetricsEmptyTerm("evidence"));

        // Effect: the value of this account and name.
        uint256 place = _place[model][msg.sender][name];
        int256 oldValue;
        if (place == 0) {
            uint256[] storage places = _placesOf[model][msg.sender];
            require(places.length < MAX_NAMES, ModelMetricsTooManyNames(model, msg.sender, MAX_NAMES));
            places.push(_metrics[model].length);
            _metrics[model].push();
            place = _metrics[model].length;
            _place[model][msg.sender][name] = place;
        } else {
            oldValue = _metrics[model][place - 1].value;
        }
        // Cast is safe: a second is below 2^40 for 34,000 years.
        _metrics[model][place - 1] = AttestedMetric({
            attestor: msg.sender,
            attestedAt: uint40(block.timestamp),
            source: MetricSource.Attested,
            name: name,
            value: value,
            evidence: evidence
        });

        emit MetricAttested(model, msg.sender, name, oldValue, value, evidence);
    }

    /// @inheritdoc IModelMetrics
    function metricAttestedBy(
        ModelId model,
        address attestor,
        bytes32 name
    ) external view returns (AttestedMetric memory metric) {
        uint256 place = _place[model][attestor][name];
        if (place != 0) return _metrics[model][place - 1];
    }

    /// @inheritdoc IModelMetrics
    function metricsAttestedOf(
        ModelId model,
        uint256 offset,
        uint256 limit
    ) external view returns (AttestedMetric[] memory metrics) {
        uint256 length = Pages.lengthOf(_metrics[model].length, offset, limit);
        metrics = new AttestedMetric[](length);
        for (uint256 i = 0; i < length; ++i) metrics[i] = _metrics[model][offset + i];
    }

    /// @inheritdoc IModelMetrics
    function metricsAttestedBy(
        ModelId model,
        address attestor
    ) external view returns (AttestedMetric[] memory metrics) {
        uint256[] storage places = _placesOf[model][attestor];
        uint256 length = places.length;
        metrics = new AttestedMetric[](length);
        for (uint256 i = 0; i < length; ++i) metrics[i] = _metrics[model][places[i]];
    }
}
