// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TaskStatus} from "../../../contracts/market/IMarket.sol";
import {RoundRecord, RoundState} from "../../../contracts/market/IRoundMarket.sol";
import {TaskState} from "../../../contracts/market/ITaskMarket.sol";
import {RoundRules} from "../../../contracts/market/RoundRules.sol";
import {Model} from "../../../contracts/models/IModelRegistry.sol";
import {ModelId, NodeId, TaskId} from "../../../contracts/types/Ids.sol";

/// @dev What lists of contributions read of the rest of the suite: models of completed tasks of rounds, whose fragments a
/// test settles, and nodes that are paid at an address of their own. No task is of chains.
contract SuiteDouble {
    mapping(ModelId model => address owner) private _owners;
    mapping(TaskId task => bytes32 transcript) public transcriptOf;

    function settle(ModelId model, address owner, RoundRecord[] memory records) external {
        _owners[model] = owner;
        TaskId task = TaskId.wrap(ModelId.unwrap(model));
        for (uint256 i = 0; i < records.length; ++i) {
            transcriptOf[task] = RoundRules.extend(transcriptOf[task], records[i]);
        }
    }

    function get(ModelId model) external view returns (Model memory record) {
        (record.owner, record.task) = (_owners[model], TaskId.wrap(ModelId.unwrap(model)));
    }

    function stateOf(TaskId task) external view returns (RoundState memory state) {
        if (transcriptOf[task] != bytes32(0)) state.status = TaskStatus.Completed;
    }

    function payoutOf(NodeId node) external pure returns (address) {
        return address(uint160(0xa0de0000) + NodeId.unwrap(node));
    }
}

/// @dev A market of chains that knows no task.
contract NoChains {
    function stateOf(TaskId) external pure returns (TaskState memory state) {
        return state;
    }
}
