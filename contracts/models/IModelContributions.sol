// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {RoundRecord} from "../market/IRoundMarket.sol";
import {StepRecord} from "../market/ITaskMarket.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {ModelId, NodeId} from "../types/Ids.sol";

/// @dev What a node did for a model.
/// @param fragments Settled fragments of the model's task that are its own, at least one.
struct Contribution {
    NodeId node;
    uint64 fragments;
}

/// @dev The list of contributions to a model that its owner posted.
/// @param root Merkle root over `keccak256(bytes.concat(keccak256(abi.encode(node, fragments))))`, computed here.
/// @param listHash `keccak256(abi.encode(Contribution[]))` of the list.
/// @param poster Who posted it and has the bond back once it is final; zero for none.
/// @param finalAt Second from which nobody can refute it any more.
/// @param bondReturned Whether the bond went back.
/// @param nodes Length of the list.
/// @param total Sum of the fragments.
struct Posting {
    bytes32 root;
    bytes32 listHash;
    address poster;
    uint40 finalAt;
    bool bondReturned;
    uint32 nodes;
    uint64 total;
}

/// @dev How far an account has shown the chain the fragments of a model's task, to count those of one node.
/// @param transcript Hash chain over the records shown of the chain that is under way.
/// @param shown Records shown so far.
/// @param counted Fragments of the node in chains that were shown to the end: proved.
/// @param pending Fragments of the node in the chain that is under way: as good as the word of who showed them.
/// @param chain Chain that is under way.
/// @param complete Whether every fragment was shown, so that `counted` is all there is.
struct Count {
    bytes32 transcript;
    uint64 shown;
    uint64 counted;
    uint64 pending;
    uint16 chain;
    bool complete;
}

/// @title IModelContributions
/// @notice Which nodes trained a model, and how much of it. The owner posts a list with a bond; for `WINDOW` seconds anyone can
/// refute it by showing the chain, page by page, the settled fragments as the market hashed them. What nobody refuted can
/// be claimed, once per node, and shares what anyone gave to those who trained the model.
/// @dev A final list is unrefuted, not proved: it is as good as somebody's will to check it in time. `Count.counted` is proved.
/// Amounts are CXT wei, times seconds since the Unix epoch. Models of tasks of chains and of rounds.
interface IModelContributions {
    /// @notice Emitted when the owner of a model posted who trained it.
    event ContributionsPosted(
        ModelId indexed model,
        address indexed poster,
        bytes32 root,
        uint256 total,
        uint256 finalAt,
        Contribution[] list
    );

    /// @notice Emitted when a list was shown to be wrong about `node`, and removed. `counted` is a lower bound unless `complete`.
    event ContributionsRefuted(
        ModelId indexed model,
        address indexed refuter,
        NodeId indexed node,
        bytes32 root,
        uint256 posted,
        uint256 counted,
        bool complete
    );

    /// @notice Emitted when records were shown.
    event FragmentsCounted(ModelId indexed model, NodeId indexed node, address indexed counter, Count count);

    /// @notice Emitted when the contribution of a node was claimed: its receipt, which cannot be moved.
    event ContributionClaimed(ModelId indexed model, NodeId indexed node, uint256 fragments, uint256 total);

    /// @notice Emitted when somebody gave CXT to those who trained a model.
    event PotFunded(ModelId indexed model, address indexed funder, uint256 amount, uint256 funded);

    /// @notice Emitted when a node got its part.
    event PotCollected(ModelId indexed model, NodeId indexed node, address indexed payout, uint256 amount);

    /// @notice Emitted when the bond of a final list went back.
    event PostingBondReturned(ModelId indexed model, address indexed poster, uint256 amount);

    /// @notice Thrown when the caller does not own the model.
    error ModelContributionsNotModelOwner(ModelId model, address caller, address owner);

    /// @notice Thrown when a list is posted already and not refuted.
    error ModelContributionsPosted(ModelId model);

    /// @notice Thrown when no list is posted.
    error ModelContributionsNotPosted(ModelId model);

    /// @notice Thrown when the list can still be refuted.
    error ModelContributionsOpen(ModelId model, uint256 finalAt, uint256 timestamp);

    /// @notice Thrown when the list can no longer be refuted.
    error ModelContributionsFinal(ModelId model, uint256 finalAt, uint256 timestamp);

    /// @notice Thrown when the list is empty or longer than `MAX_NODES`.
    error ModelContributionsListLength(uint256 length, uint256 maximum);

    /// @notice Thrown when the nodes are not in rising order, each once.
    error ModelContributionsUnsortedList(NodeId node, NodeId next);

    /// @notice Thrown when a node is listed that did nothing.
    error ModelContributionsNoFragments(NodeId node);

    /// @notice Thrown when the sum is not the number of fragments that the market settled.
    error ModelContributionsWrongTotal(uint256 total, uint256 settled);

    /// @notice Thrown when the list is not the one that was posted.
    error ModelContributionsWrongList(ModelId model, bytes32 given, bytes32 posted);

    /// @notice Thrown when the model's task is of another market.
    error ModelContributionsWrongMarket(ModelId model);

    /// @notice Thrown when records do not follow those that were shown before; position 0 starts anew.
    error ModelContributionsWrongPosition(uint256 position, uint256 expected);

    /// @notice Thrown when what the caller has shown does not contradict the list.
    error ModelContributionsHolds(ModelId model, NodeId node, uint256 posted, uint256 counted, bool complete);

    /// @notice Thrown when the contribution was claimed before.
    error ModelContributionsClaimed(ModelId model, NodeId node);

    /// @notice Thrown when the contribution is not in the list.
    error ModelContributionsInvalidProof(ModelId model, NodeId node, uint256 fragments);

    /// @notice Thrown when nothing is given.
    error ModelContributionsZeroAmount();

    /// @notice Thrown when a node has had all that is due to it now.
    error ModelContributionsNothingToCollect(ModelId model, NodeId node);

    /// @notice Thrown when the bond went back before.
    error ModelContributionsBondReturned(ModelId model);

    /// @notice Posts who trained `model`, in rising order of nodes, and takes `BOND`, approved to this contract. Only its owner.
    function post(ModelId model, Contribution[] calldata list) external returns (bytes32 root);

    /// @notice Shows settled steps of a model of chains, in order, chain after chain, to count those of `node`. A page ends at the
    /// latest with its chain. Open to anyone; what an account has shown is its own.
    /// @param position Records that the caller has shown before; 0 starts anew.
    function countSteps(ModelId model, NodeId node, uint256 position, StepRecord[] calldata records) external;

    /// @notice The same for a model of rounds, whose fragments are one chain.
    function countRounds(ModelId model, NodeId node, uint256 position, RoundRecord[] calldata records) external;

    /// @notice Removes a list that what the caller has shown contradicts, sends half of the bond to the caller and the rest to the fee router.
    /// Open to anyone.
    function refute(ModelId model, Contribution[] calldata list, NodeId node) external;

    /// @notice Records what `node` did for `model`, once the list is final. Open to anyone, for any node, once.
    function claim(ModelId model, NodeId node, uint64 fragments, bytes32[] calldata proof) external;

    /// @notice Gives `amount`, approved to this contract, to those who trained `model`, by fragments. Needs a final list.
    function fund(ModelId model, uint256 amount) external;

    /// @notice Sends what is due to `node`, which claimed, to its payout address. Open to anyone.
    function collect(ModelId model, NodeId node) external returns (uint256 amount);

    /// @notice Sends the bond of a final list back to who posted it. Open to anyone.
    function returnBond(ModelId model) external;

    /// @notice The list posted for `model`; all zero for none.
    function postingOf(ModelId model) external view returns (Posting memory);

    /// @notice Whether the list of `model` is final.
    function isFinal(ModelId model) external view returns (bool);

    /// @notice Fragments that were claimed for `node`; zero before.
    function claimedOf(ModelId model, NodeId node) external view returns (uint256 fragments);

    /// @notice What `counter` has shown of the fragments of `node`.
    function countOf(ModelId model, NodeId node, address counter) external view returns (Count memory);

    /// @notice CXT given to those who trained `model`, ever.
    function fundedOf(ModelId model) external view returns (uint256 amount);

    /// @notice CXT due to `node` now, rounded down; zero before it claimed.
    function dueTo(ModelId model, NodeId node) external view returns (uint256 amount);

    /// @notice Bonds and pots held; the balance above it is a donation.
    function recordedTotal() external view returns (uint256 amount);

    /// @notice Receiver of the rest of a lost bond.
    function feeRouter() external view returns (address);

    /// @notice The token of all amounts.
    function token() external view returns (CorexToken);
}
