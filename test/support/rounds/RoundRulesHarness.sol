// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {RoundState, RoundTerms} from "../../../contracts/market/IRoundMarket.sol";
import {RoundRules} from "../../../contracts/market/RoundRules.sol";

/// @dev Makes the rules that read terms callable from outside.
contract RoundRulesHarness {
    function unsettledFees(RoundTerms calldata terms, RoundState memory state) external pure returns (uint256) {
        return RoundRules.unsettledFees(terms, state);
    }

    function totalFees(RoundTerms calldata terms) external pure returns (uint256) {
        return RoundRules.totalFees(terms);
    }

    function shardIndex(RoundTerms calldata terms, uint256 round, uint256 lane) external pure returns (uint256) {
        return RoundRules.shardIndex(terms, round, lane);
    }

    function settle(
        RoundState memory state,
        RoundTerms calldata terms,
        uint256 index
    ) external pure returns (RoundState memory, bool) {
        bool opened = RoundRules.settle(state, terms, index);
        return (state, opened);
    }
}
