// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {WorkTerms} from "../market/IWorkMarket.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {IWorkReview} from "../review/IWorkReview.sol";
import {ISlasher, Verdict} from "../staking/ISlasher.sol";
import {Action, ActionKind} from "./IArbitration.sol";

/// @title RulingActions
/// @notice What rulings do: builds the actions when a dispute opens, and makes the calls when they are executed.
/// @dev The kind names the function, the caller of this library the contract: no ruling reaches anything else.
library RulingActions {
    /// @dev Gas that an action gets at least: 9 million. The dearest rules on a result: it closes a case of fifteen verifiers, each
    /// of whom is punished. That needs 4.6 million among twenty nodes, and two or three words more a verifier for each level that
    /// the trees of a larger network have. All that is left is given, so a dearer one only needs a caller with more.
    uint256 internal constant ACTION_GAS = 9_000_000;

    /// @dev Gas that must be left for a call to get that much: it can take 63 of 64 parts of what is left (EIP-150). Rounded up,
    /// and 100,000 for what is done around the call.
    uint256 internal constant GAS_NEEDED = (ACTION_GAS * 64) / 63 + 100_000;

    /// @dev Returns the one action that makes a disputed result final.
    function ruleResult(
        WorkTerms calldata terms,
        uint32 fragment,
        bool right
    ) internal pure returns (Action[] memory actions) {
        actions = new Action[](1);
        actions[0] = Action(ActionKind.RuleResult, abi.encode(terms, fragment, right));
    }

    /// @dev Returns a punishment, and after it, for `day` other than zero, the annulment of what the node gained since.
    function punish(Verdict memory verdict, uint256 day) internal pure returns (Action[] memory actions) {
        actions = new Action[](day == 0 ? 1 : 2);
        actions[0] = Action(ActionKind.Slash, abi.encode(verdict));
        if (day != 0) actions[1] = Action(ActionKind.AnnulReputation, abi.encode(verdict.node, day));
    }

    /// @dev Returns what is stored of the actions of a ruling.
    function hash(Action[] memory actions) internal pure returns (bytes32) {
        return keccak256(abi.encode(actions));
    }

    /// @dev Returns the function that an action of `kind` calls.
    function selectorOf(ActionKind kind) internal pure returns (bytes4) {
        if (kind == ActionKind.RuleResult) return IWorkReview.rule.selector;
        return kind == ActionKind.Slash ? ISlasher.punish.selector : IReputation.annul.selector;
    }

    /// @dev Calls `target` with the function and the arguments of `action`. Never reverts; the caller sees to the gas.
    function perform(Action calldata action, address target) internal returns (bool success, bytes memory result) {
        // solhint-disable-next-line avoid-low-level-calls
        return target.call(bytes.concat(selectorOf(action.kind), action.data));
    }
}
