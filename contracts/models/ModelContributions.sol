// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {TaskStatus} from "../market/IMarket.sol";
import {IRoundMarket, RoundRecord} from "../market/IRoundMarket.sol";
import {ITaskMarket, StepRecord, TaskState} from "../market/ITaskMarket.sol";
import {RoundRules} from "../market/RoundRules.sol";
import {TaskRules} from "../market/TaskRules.sol";
import {INodeDirectory} from "../mining/INodeDirectory.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {ModelId, NodeId, TaskId} from "../types/Ids.sol";
import {ContributionTree} from "./ContributionTree.sol";
import {Contribution, Count, IModelContributions, Posting} from "./IModelContributions.sol";
import {IModelRegistry} from "./IModelRegistry.sol";

/// @title ModelContributions
/// @dev INVARIANTS
/// - INV-CON-1: bonds of lists that are neither refuted nor returned + sum of what pots hold == `recordedTotal` <= balance.
/// - INV-CON-2: the nodes of a model never get more together than was given to it, and each at most its part by fragments.
/// - INV-CON-3: a list is removed only by a count that the transcript of its market proves; a true list never.
/// - INV-CON-4: a contribution is claimed at most once, from a list that was open to refutation for `WINDOW` and stays.
/// @dev PROVED AND UNREFUTED
/// - A list is shown in full when it is posted, and its root is computed here: nobody can hide a leaf. For tasks of chains the
///   sum is checked against the market. Everything else about it is the owner's word until somebody counts.
/// - Counting costs gas in proportion to the fragments. Half of the bond pays for it in short tasks; in long ones only who has an
///   interest of its own, such as a node that was left out, will count all of it.
/// - Fragments count alike, whatever their work.
/// @dev ACCOUNTING
/// - A pot can be filled only once the list is final: no money depends on a list that may fall.
/// - What is due is rounded down from all that was ever given, so that later gifts reach those who collected before.
/// @dev TRUST
/// - Who posts is the owner of the model. One that posts nothing leaves its nodes without claims.
/// - Registries, markets and token are immutable addresses of this suite. The token is CXT: no hook, no fee.
/// @dev LIVENESS
/// - Every list becomes final or falls. From then on claims, parts and bond need nobody's consent.
contract ModelContributions is IModelContributions {
    using SafeERC20 for CorexToken;

    /// @notice Seconds in which a list can be refuted: three days.
    uint256 public constant WINDOW = 3 days;

    /// @notice CXT wei that the owner risks with a list: 100 CXT.
    uint256 public constant BOND = 100e18;

    /// @notice Part of it that goes to who refuted the list: half. The rest is the protocol's: an owner that refutes itself, when it
    /// sees somebody count, pays for its lie all the same.
    uint256 public constant REWARD = BOND / 2;

    /// @notice Most nodes of a list; bounds every loop.
    uint256 public constant MAX_NODES = 512;

    /// @dev What a node has of a model.
    /// @param fragments Claimed; zero before.
    /// @param paid CXT wei that it got.
    struct Share {
        uint64 fragments;
        uint128 paid;
    }

    IModelRegistry private immutable _models;
    ITaskMarket private immutable _market;
    IRoundMarket private immutable _rounds;
    INodeDirectory private immutable _nodes;
    CorexToken private immutable _token;
    address private immutable _feeRouter;

    uint256 private _recordedTotal;
    mapping(ModelId model => Posting posting) private _postings;
    mapping(ModelId model => uint256 amount) private _funded;
    mapping(ModelId model => mapping(NodeId node => Share share)) private _shares;
    mapping(ModelId model => mapping(NodeId node => mapping(address counter => Count count))) private _counts;

    constructor(
        IModelRegistry models,
        ITaskMarket market,
        IRoundMarket rounds,
        INodeDirectory nodes,
        CorexToken cxt,
        address router
    ) {
        _models = models;
        _market = market;
        _rounds = rounds;
        _nodes = nodes;
        _token = cxt;
        _feeRouter = router;
    }

    /// @inheritdoc IModelContributions
    function post(ModelId model, Contribution[] calldata list) external returns (bytes32 root) {
        // Check: the owner, nothing posted, and a list that adds up.
        address owner = _models.get(model).owner;
        require(msg.sender == owner, ModelContributionsNotModelOwner(model, msg.sender, owner));
        require(_postings[model].poster == address(0), ModelContributionsPosted(model));
        uint256 total = _requireSound(model, list);

        // Effect: open to refutation from now on. Casts are safe: a sum of at most 512 numbers below 2^64 is checked, and a
        // second is below 2^40 for 34,000 years.
        root = ContributionTree.rootOf(list);
        uint256 finalAt = block.timestamp + WINDOW;
        _postings[model] = Posting({
            root: root,
            listHash: keccak256(abi.encode(list)),
            poster: msg.sender,
            finalAt: uint40(finalAt),
            bondReturned: false,
            nodes: uint32(list.length),
            total: uint64(total)
        });
        _recordedTotal += BOND;

        emit ContributionsPosted(model, msg.sender, root, total, finalAt, list);

        // Interaction: the bond comes in, or nothing was posted.
        _token.safeTransferFrom(msg.sender, address(this), BOND);
    }

    /// @inheritdoc IModelContributions
    function countSteps(ModelId model, NodeId node, uint256 position, StepRecord[] calldata records) external {
        // Check: a model of chains, and records that follow.
        TaskId task = _models.get(model).task;
        TaskState memory state = _market.stateOf(task);
        require(state.status == TaskStatus.Completed, ModelContributionsWrongMarket(model));
        Count memory count = _resume(model, node, position);

        // Effect: count; at the end of a chain what was pending is proved. Casts are safe: below the length of calldata.
        uint256 found = 0;
        for (uint256 i = 0; i < records.length; ++i) {
            count.transcript = TaskRules.extend(count.transcript, records[i]);
            if (records[i].node == node) ++found;
        }
        count.shown += uint64(records.length);
        count.pending += uint64(found);
        if (count.transcript == _market.transcriptOf(task, count.chain)) {
            count.counted += count.pending;
            (count.pending, count.transcript) = (0, bytes32(0));
            ++count.chain;
            count.complete = count.shown == state.settled;
        }
        _store(model, node, count);
    }

    /// @inheritdoc IModelContributions
    function countRounds(ModelId model, NodeId node, uint256 position, RoundRecord[] calldata records) external {
        // Check: a model of rounds, and records that follow.
        TaskId task = _models.get(model).task;
        require(_rounds.stateOf(task).status == TaskStatus.Completed, ModelContributionsWrongMarket(model));
        Count memory count = _resume(model, node, position);

        // Effect: count; at the end what was pending is proved. Casts are safe: below the length of calldata.
        uint256 found = 0;
        for (uint256 i = 0; i < records.length; ++i) {
            count.transcript = RoundRules.extend(count.transcript, records[i]);
            if (records[i].node == node) ++found;
        }
        count.shown += uint64(records.length);
        count.pending += uint64(found);
        if (count.transcript == _rounds.transcriptOf(task)) {
            (count.counted, count.pending, count.complete) = (count.pending, 0, true);
        }
        _store(model, node, count);
    }

    /// @inheritdoc IModelContributions
    function refute(ModelId model, Contribution[] calldata list, NodeId node) external {
        // Check: the posted list, in time, and a proved count that contradicts it.
        Posting memory posting = _posted(model);
        require(block.timestamp < posting.finalAt, ModelContributionsFinal(model, posting.finalAt, block.timestamp));
        bytes32 given = keccak256(abi.encode(list));
        require(given == posting.listHash, ModelContributionsWrongList(model, given, posting.listHash));
        Count memory count = _counts[model][node][msg.sender];
        uint256 posted = _fragmentsOf(list, node);
        require(
            count.counted > posted || (count.complete && count.counted != posted),
            ModelContributionsHolds(model, node, posted, count.counted, count.complete)
        );

        // Effect: no list, and its bond is held no more.
        delete _postings[model];
        _recordedTotal -= BOND;

        emit ContributionsRefuted(model, msg.sender, node, posting.root, posted, count.counted, count.complete);

        // Interaction: the bond goes to who did the work and to the treasury.
        _token.safeTransfer(msg.sender, REWARD);
        _token.safeTransfer(_feeRouter, BOND - REWARD);
    }

    /// @inheritdoc IModelContributions
    function claim(ModelId model, NodeId node, uint64 fragments, bytes32[] calldata proof) external {
        // Check: final, not claimed, and in the list.
        Posting memory posting = _requireFinal(model);
        require(_shares[model][node].fragments == 0, ModelContributionsClaimed(model, node));
        require(
            MerkleProof.verifyCalldata(proof, posting.root, ContributionTree.leafOf(node, fragments)),
            ModelContributionsInvalidProof(model, node, fragments)
        );

        // Effect: the receipt.
        _shares[model][node].fragments = fragments;

        emit ContributionClaimed(model, node, fragments, posting.total);
    }

    /// @inheritdoc IModelContributions
    function fund(ModelId model, uint256 amount) external {
        // Check: somebody to have it, and something to have.
        _requireFinal(model);
        require(amount != 0, ModelContributionsZeroAmount());

        // Effect: due to those who trained the model.
        uint256 funded = _funded[model] + amount;
        _funded[model] = funded;
        _recordedTotal += amount;

        emit PotFunded(model, msg.sender, amount, funded);

        // Interaction: the tokens come in, or nothing was given.
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IModelContributions
    function collect(ModelId model, NodeId node) external returns (uint256 amount) {
        // Check: something is due.
        amount = dueTo(model, node);
        require(amount != 0, ModelContributionsNothingToCollect(model, node));

        // Effect: it is due no more. Cast is safe: at most the supply of the token, below 2^87.
        _shares[model][node].paid += uint128(amount);
        _recordedTotal -= amount;
        address payout = _nodes.payoutOf(node);

        emit PotCollected(model, node, payout, amount);

        // Interaction: money leaves last, and only to the node's own address, whoever calls.
        _token.safeTransfer(payout, amount);
    }

    /// @inheritdoc IModelContributions
    function returnBond(ModelId model) external {
        // Check: final, once.
        Posting memory posting = _requireFinal(model);
        require(!posting.bondReturned, ModelContributionsBondReturned(model));

        // Effect: held no more.
        _postings[model].bondReturned = true;
        _recordedTotal -= BOND;

        emit PostingBondReturned(model, posting.poster, BOND);

        // Interaction: money leaves last, and only to who brought it.
        _token.safeTransfer(posting.poster, BOND);
    }

    /// @inheritdoc IModelContributions
    function postingOf(ModelId model) external view returns (Posting memory) {
        return _postings[model];
    }

    /// @inheritdoc IModelContributions
    function isFinal(ModelId model) external view returns (bool) {
        Posting storage posting = _postings[model];
        return posting.poster != address(0) && block.timestamp >= posting.finalAt;
    }

    /// @inheritdoc IModelContributions
    function claimedOf(ModelId model, NodeId node) external view returns (uint256 fragments) {
        return _shares[model][node].fragments;
    }

    /// @inheritdoc IModelContributions
    function countOf(ModelId model, NodeId node, address counter) external view returns (Count memory) {
        return _counts[model][node][counter];
    }

    /// @inheritdoc IModelContributions
    function fundedOf(ModelId model) external view returns (uint256 amount) {
        return _funded[model];
    }

    /// @inheritdoc IModelContributions
    function recordedTotal() external view returns (uint256 amount) {
        return _recordedTotal;
    }

    /// @inheritdoc IModelContributions
    function feeRouter() external view returns (address) {
        return _feeRouter;
    }

    /// @inheritdoc IModelContributions
    function token() external view returns (CorexToken) {
        return _token;
    }

    /// @inheritdoc IModelContributions
    function dueTo(ModelId model, NodeId node) public view returns (uint256 amount) {
        Share memory share = _shares[model][node];
        if (share.fragments == 0) return 0;
        // Cannot overflow: below 2^87 * 2^64. Never below `paid`: that was rounded down from less.
        return (_funded[model] * share.fragments) / _postings[model].total - share.paid;
    }

    /// @dev Sum of a list in rising order of nodes, which is what the market settled if it says.
    function _requireSound(ModelId model, Contribution[] calldata list) private view returns (uint256 total) {
        uint256 length = list.length;
        require(length != 0 && length <= MAX_NODES, ModelContributionsListLength(length, MAX_NODES));
        NodeId last;
        for (uint256 i = 0; i < length; ++i) {
            Contribution calldata entry = list[i];
            require(NodeId.unwrap(entry.node) > NodeId.unwrap(last), ModelContributionsUnsortedList(last, entry.node));
            require(entry.fragments != 0, ModelContributionsNoFragments(entry.node));
            total += entry.fragments;
            last = entry.node;
        }
        TaskId task = _models.get(model).task;
        TaskState memory state = _market.stateOf(task);
        if (state.status == TaskStatus.Completed) {
            require(total == state.settled, ModelContributionsWrongTotal(total, state.settled));
        } else {
            // More than any task of rounds has: 17 fragments in each of 10^6 rounds, and 16 evaluations.
            require(_rounds.stateOf(task).status == TaskStatus.Completed, ModelContributionsWrongMarket(model));
            require(total <= type(uint32).max, ModelContributionsWrongTotal(total, type(uint32).max));
        }
    }

    /// @dev What the caller has shown of the fragments of `node`, to be continued at `position`.
    function _resume(ModelId model, NodeId node, uint256 position) private view returns (Count memory count) {
        if (position == 0) return count;
        count = _counts[model][node][msg.sender];
        require(
            position == count.shown && !count.complete,
            ModelContributionsWrongPosition(position, count.complete ? 0 : count.shown)
        );
    }

    function _store(ModelId model, NodeId node, Count memory count) private {
        _counts[model][node][msg.sender] = count;
        emit FragmentsCounted(model, node, msg.sender, count);
    }

    function _posted(ModelId model) private view returns (Posting memory posting) {
        posting = _postings[model];
        require(posting.poster != address(0), ModelContributionsNotPosted(model));
    }

    function _requireFinal(ModelId model) private view returns (Posting memory posting) {
        posting = _posted(model);
        require(block.timestamp >= posting.finalAt, ModelContributionsOpen(model, posting.finalAt, block.timestamp));
    }

    /// @dev Fragments of `node` in a list; zero when it is not there.
    function _fragmentsOf(Contribution[] calldata list, NodeId node) private pure returns (uint256) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].node == node) return list[i].fragments;
        }
        return 0;
    }
}
