// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {Circuit, ICircuitRegistry} from "../verification/ICircuitRegistry.sol";
import {IMarket} from "./IMarket.sol";
import {RoundTerms} from "./IRoundMarket.sol";
import {RoundRules} from "./RoundRules.sol";

/// @title RoundGate
/// @notice Whether terms may be published. `RoundMarket` creates it in its constructor: what only publications need does not
/// fit into a contract with the rest.
/// @dev TRUST
/// - None: it holds nothing and changes nothing.
contract RoundGate {
    using RoundRules for RoundTerms;

    ICircuitRegistry private immutable _circuits;

    constructor(ICircuitRegistry circuits) {
        _circuits = circuits;
    }

    /// @notice Multiply-accumulates that a gradient, a step and an evaluation stand for; reverts unless `terms` are in bounds,
    /// every circuit proves what its part needs, and every fee is worth its work.
    /// @param network Whether the task pays no fee.
    /// @param maxFee Largest fee of a fragment, in CXT wei.
    function workOf(
        RoundTerms calldata terms,
        bool network,
        uint256 maxFee
    ) external view returns (uint64 ofGradient, uint64 ofApply, uint64 ofEvaluation) {
        terms.requireBounds();
        bool evaluates = terms.heldOut != 0;
        ofGradient = _workOf(terms.gradientCircuit, RoundRules.GRADIENT_SCHEMA);
        ofApply = _workOf(terms.applyCircuit, RoundRules.applySchema(terms.lanes));
        if (evaluates) ofEvaluation = _workOf(terms.evaluateCircuit, RoundRules.EVALUATE_SCHEMA);
        RoundRules.requireFee("feePerGradient", terms.feePerGradient, ofGradient, network, maxFee);
        RoundRules.requireFee("feePerApply", terms.feePerApply, ofApply, network, maxFee);
        RoundRules.requireFee("feePerEvaluation", terms.feePerEvaluation, ofEvaluation, network || !evaluates, maxFee);
    }

    /// @dev Work of a registered circuit that is not retired and has these public signals; reverts otherwise.
    function _workOf(CircuitId id, bytes32 schema) private view returns (uint64) {
        Circuit memory circuit = _circuits.getUsable(id);
        require(circuit.schema == schema, IMarket.MarketWrongSchema(id, circuit.schema));
        return circuit.workUnits;
    }
}
