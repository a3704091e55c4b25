// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {
    Case,
    CaseOutcome,
    CasePhase,
    CaseRequest,
    Seat,
    Truth,
    Vote
} from "../../../contracts/committee/IVerifierCommittee.sol";
import {EntropyStatus} from "../../../contracts/matching/IEntropySource.sol";
import {Node} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {WorkKind} from "../../../contracts/types/WorkKind.sol";
import {vm} from "../../support/Vm.sol";
import {CommitteeWorld} from "./CommitteeWorld.sol";

/// @dev Every external function of the committee, and what happens to verifiers meanwhile, in any order; beside it a plain
/// model of who said what, what is held and how often each node should have been punished.
abstract contract CommitteeHandler is CommitteeWorld {
    /// @dev What a seat is in the model.
    struct Said {
        bool seated;
        bool committed;
        bool revealed;
        Vote vote;
        uint8 score;
        uint256 held;
    }

    uint256 public constant MAX_CASES = 40;
    bytes32 private constant SALT = "salt";

    mapping(uint256 caseId => mapping(uint256 node => Said said)) private _said;
    mapping(uint256 caseId => address payout) private _payoutAtOpening;
    mapping(uint256 node => uint256 amount) public heldOf;
    mapping(uint256 node => uint256 count) public offencesOf;

    error Violated(string what);

    function advance(uint256 blocks, uint256 secondsAhead) external onTime {
        entropy.advance(bound(blocks, 1, 20));
        clock += secondsAhead % 4 == 0 ? bound(secondsAhead, 1, 7 hours) : bound(secondsAhead, 1, 12 minutes);
        vm.warp(clock);
        if (blocks % 4 != 0) _wake();
    }

    function enrol(uint256 seed, uint256 kinds) external onTime {
        uint256 node = bound(seed, 1, NODES);
        bytes memory call = abi.encodeCall(committee.enrol, (kinds % 4 == 0 ? bound(kinds, 32, 1_000) : 32));
        mustFail(operator(node), address(committee), call);
        mustFail(OUTSIDER, address(committee), abi.encodeCall(committee.enrol, (1)));
        vm.prank(operator(node));
        committee.enrol(kinds % 4 == 0 ? kinds % 32 : 31);
    }

    function sync(uint256 seed) external onTime {
        uint256 node = bound(seed, 0, NODES + 1);
        vm.prank(OUTSIDER);
        committee.sync(id(node));
        (uint256 kinds, uint256 weight) = committee.verifierOf(id(node));
        require((weight != 0) == (kinds != 0 && committee.isQualified(id(node))), Violated("weight"));
    }

    /// @dev Score, tier, stake, payout address and life of a node change.
    function live(uint256 seed, uint256 what, uint256 amount) external onTime {
        uint256 node = bound(seed, 1, NODES);
        if (what % 8 == 0) reputation.setScore(id(node), bound(amount, 0.4e18, 1e18));
        if (what % 8 == 1) scheduler.setTier(id(node), uint8(bound(amount, 1, 4)));
        if (what % 8 == 2) vault.slash(id(node), bound(amount, 0, vault.stakeOf(id(node)) / 8));
        if (what % 8 == 3 && isOpen(node)) _changePayout(node, amount);
        if (what % 64 == 4 && isOpen(node)) {
            vm.prank(operator(node));
            registry.exit();
        }
        if (what % 8 == 5 && isOpen(node)) {
            vm.prank(operator(node));
            vault.topUp(id(node), 0, bound(amount, 1, 10_000e18));
        }
        if (what % 8 == 6) {
            reputation.setScore(id(node), 0.9e18);
            scheduler.setTier(id(node), 3);
        }
    }

    function open(uint256 seed, uint256 size, uint256 kind, uint256 ownerSeed) external onTime {
        if (committee.caseCount() == MAX_CASES) return;
        uint256 executor = bound(seed, 1, NODES);
        bool labels = kind % 5 == uint256(WorkKind.Labelling);
        CaseRequest memory request = CaseRequest({
            subject: keccak256(abi.encode(seed)),
            executor: id(executor),
            owner: ownerSeed % 2 == 0 ? OUTSIDER : operator(bound(ownerSeed, 1, NODES)),
            kind: WorkKind(kind % 5),
            size: uint8(3 + 2 * (size % 3)),
            acceptScore: labels ? 60 : 0,
            voteDuration: uint32(bound(size, 600, 1_200))
        });
        mustFail(OUTSIDER, address(committee), abi.encodeCall(committee.open, (request)));
        uint256 caseId = committee.open(request);
        require(caseId == committee.caseCount(), Violated("case id"));
        entropy.advance(seed % 4);
        _payoutAtOpening[caseId] = registry.get(id(executor)).payout;
    }

    /// @dev Whatever a case needs next, if it can have it now; so most cases come to a verdict.
    function step(uint256 seed, uint256 votes) external onTime {
        uint256 count = committee.caseCount();
        for (uint256 i = 0; i < count; ++i) {
            uint256 caseId = 1 + (((seed % (count + 1)) + i) % count);
            CasePhase phase = committee.caseOf(caseId).phase;
            if (phase == CasePhase.Closed) continue;
            if (phase == CasePhase.Drawing) entropy.advance(1);
            if (phase == CasePhase.Drawing) return _draw(caseId);
            if (canConclude(caseId) && phase == CasePhase.Revealing) return _conclude(caseId);
            if (phase == CasePhase.Concluded) return _close(caseId, Truth(votes % 4));
            return canConclude(caseId) ? _revealAll(caseId, votes) : _commitAll(caseId, votes, votes);
        }
    }

    function draw(uint256 caseSeed) external onTime {
        _draw(_find(caseSeed, CasePhase.Drawing));
    }

    function _draw(uint256 caseId) private {
        Case memory before = committee.caseOf(caseId);
        bytes memory call = abi.encodeCall(committee.draw, (caseId));
        (EntropyStatus status, ) = entropy.read(before.ticket);
        if (before.phase != CasePhase.Drawing || clock > before.deadline || status == EntropyStatus.Pending) {
            return mustFail(OUTSIDER, address(committee), call);
        }
        vm.prank(OUTSIDER);
        uint256 count = committee.draw(caseId);
        Case memory present = committee.caseOf(caseId);
        if (status == EntropyStatus.Expired) {
            require(present.phase == CasePhase.Drawing && present.ticket > before.ticket, Violated("renewed"));
        } else if (count == 0) {
            require(present.phase == CasePhase.Concluded, Violated("INV-VER-2: not concluded"));
            require(present.outcome == CaseOutcome.Unverified, Violated("nobody accepts"));
        } else {
            _bookSeats(caseId, present);
        }
    }

    function commit(uint256 caseSeed, uint256 seatSeed, uint256 vote, uint256 score) external onTime {
        uint256 caseId = _find(caseSeed, CasePhase.Committing);
        _commit(caseId, _anyOf(caseId, seatSeed), vote, score);
    }

    /// @dev All verifiers of a case but a few, most of them of one mind.
    function commitAll(uint256 caseSeed, uint256 votes, uint256 score) external onTime {
        _commitAll(_find(caseSeed, CasePhase.Committing), votes, score);
    }

    function _commitAll(uint256 caseId, uint256 votes, uint256 score) private {
        Seat[] memory seats = committee.seatsOf(caseId);
        for (uint256 i = 0; i < seats.length; ++i) {
            uint256 chance = uint256(keccak256(abi.encode(votes, i)));
            if (chance % 16 == 0) continue;
            _commit(caseId, NodeId.unwrap(seats[i].verifier), chance % 3 == 0 ? chance : votes, score);
        }
    }

    function reveal(uint256 caseSeed, uint256 seatSeed) external onTime {
        uint256 caseId = _find(caseSeed, CasePhase.Revealing);
        _reveal(caseId, _anyOf(caseId, seatSeed));
    }

    /// @dev All verifiers of a case whose committing may be over, but a few.
    function revealAll(uint256 caseSeed, uint256 silent) external onTime {
        _revealAll(_find(caseSeed, silent % 2 == 0 ? CasePhase.Committing : CasePhase.Revealing), silent);
    }

    function _revealAll(uint256 caseId, uint256 silent) private {
        Seat[] memory seats = committee.seatsOf(caseId);
        for (uint256 i = 0; i < seats.length; ++i) {
            if (uint256(keccak256(abi.encode(silent, i))) % 16 != 0) _reveal(caseId, NodeId.unwrap(seats[i].verifier));
        }
    }

    function conclude(uint256 caseSeed) external onTime {
        uint256 caseId = _find(caseSeed, CasePhase.Revealing);
        if (!canConclude(caseId)) {
            return mustFail(OUTSIDER, address(committee), abi.encodeCall(committee.conclude, (caseId)));
        }
        _conclude(caseId);
    }

    function close(uint256 caseSeed, uint256 truthSeed) external onTime {
        uint256 caseId = _find(caseSeed, CasePhase.Concluded);
        Truth truth = Truth(truthSeed % 4);
        bytes memory call = abi.encodeCall(committee.close, (caseId, truth, OUTSIDER, 1e18));
        mustFail(OUTSIDER, address(committee), call);
        if (committee.caseOf(caseId).phase != CasePhase.Concluded) {
            return mustFail(address(this), address(committee), call);
        }
        _close(caseId, truth);
        mustFail(address(this), address(committee), call);
    }

    /// @dev Concludes and closes exactly this case.
    function end(uint256 caseId) external onTime {
        if (caseId == 0 || caseId > committee.caseCount()) return;
        if (canConclude(caseId)) _conclude(caseId);
        if (committee.caseOf(caseId).phase == CasePhase.Concluded) _close(caseId, Truth.Unknown);
    }

    function _commit(uint256 caseId, uint256 node, uint256 vote, uint256 score) private {
        Case memory data = committee.caseOf(caseId);
        Said storage said = _said[caseId][node];
        Vote choice = Vote(1 + (vote % 3));
        uint8 points = _scoreOf(data, choice, score);
        bytes32 commitment = committee.commitmentOf(caseId, id(node), choice, points, SALT);
        bytes memory call = abi.encodeCall(committee.commit, (caseId, commitment));
        bool inTime = data.phase == CasePhase.Committing && clock <= data.deadline;
        bool succeeds = inTime && said.seated && !said.committed;
        mustFail(OUTSIDER, address(committee), call);
        if (!succeeds) return mustFail(operator(node), address(committee), call);
        vm.prank(operator(node));
        committee.commit(caseId, commitment);
        (said.committed, said.vote, said.score) = (true, choice, points);
    }

    function _reveal(uint256 caseId, uint256 node) private {
        Case memory data = committee.caseOf(caseId);
        Said storage said = _said[caseId][node];
        bytes memory call = abi.encodeCall(committee.reveal, (caseId, said.vote, said.score, SALT));
        mustFail(OUTSIDER, address(committee), call);
        bytes memory other = abi.encodeCall(committee.reveal, (caseId, said.vote, said.score, bytes32("other")));
        mustFail(operator(node), address(committee), other);
        if (!_canReveal(data) || !said.committed || said.revealed) {
            return mustFail(operator(node), address(committee), call);
        }
        vm.prank(operator(node));
        committee.reveal(caseId, said.vote, said.score, SALT);
        said.revealed = true;
    }

    /// @dev Whether anybody can conclude, or take a step towards it, now.
    function canConclude(uint256 caseId) public view returns (bool) {
        Case memory data = committee.caseOf(caseId);
        bool late = clock > data.deadline;
        if (data.phase == CasePhase.Drawing) return late;
        if (data.phase == CasePhase.Committing) return late || data.committed == data.seats;
        return data.phase == CasePhase.Revealing && (late || data.revealed == data.committed);
    }

    function _conclude(uint256 caseId) private {
        vm.prank(OUTSIDER);
        committee.conclude(caseId);
        Case memory data = committee.caseOf(caseId);
        if (data.phase != CasePhase.Concluded) return;
        uint256 judged = 0;
        for (uint256 node = 1; node <= NODES; ++node) {
            Said storage said = _said[caseId][node];
            if (!said.seated) continue;
            if (said.revealed) {
                if (said.vote != Vote.Abstain) ++judged;
                continue;
            }
            if (said.committed) continue;
            ++offencesOf[node];
            heldOf[node] -= said.held;
        }
        require(data.outcome != CaseOutcome.None, Violated("no outcome"));
        require((data.outcome == CaseOutcome.Unverified) || 2 * judged > data.seats, Violated("quorum"));
    }

    function _close(uint256 caseId, Truth truth) private {
        committee.close(caseId, truth, OUTSIDER, 1e18);
        for (uint256 node = 1; node <= NODES; ++node) {
            Said storage said = _said[caseId][node];
            if (!said.seated || !said.committed) continue;
            heldOf[node] -= said.held;
            if (!said.revealed) ++offencesOf[node];
            if (!said.revealed) continue;
            bool wrongAccept = said.vote == Vote.Accept && (truth == Truth.Rejected || truth == Truth.Planted);
            bool wrongReject = said.vote == Vote.Reject && truth == Truth.Accepted;
            if (wrongAccept || wrongReject) ++offencesOf[node];
        }
    }

    /// @dev INV-VER-4 with the addresses as of the draw; and the model of the seats.
    function _bookSeats(uint256 caseId, Case memory data) private {
        Seat[] memory seats = committee.seatsOf(caseId);
        require(seats.length >= 3 && seats.length <= data.size, Violated("seats"));
        Node memory executor = registry.get(data.executor);
        for (uint256 i = 0; i < seats.length; ++i) {
            NodeId verifier = seats[i].verifier;
            uint256 node = NodeId.unwrap(verifier);
            Node memory judge = registry.get(verifier);
            require(!_said[caseId][node].seated, Violated("two seats"));
            require(committee.isQualified(verifier), Violated("not qualified"));
            require(verifier != data.executor, Violated("INV-VER-4: executor"));
            require(judge.operator != data.owner && judge.payout != data.owner, Violated("INV-VER-4: owner"));
            require(judge.payout != executor.operator, Violated("INV-VER-4: operator of the executor"));
            require(judge.payout != _payoutAtOpening[caseId], Violated("INV-VER-4: payout of the executor"));
            require(judge.operator != _payoutAtOpening[caseId], Violated("INV-VER-4: paid by the executor"));
            require(seats[i].stake == vault.stakeOf(verifier), Violated("stake"));
            require(seats[i].held * 10 >= seats[i].stake && seats[i].held * 10 < seats[i].stake + 10, Violated("held"));
            _said[caseId][node].seated = true;
            _said[caseId][node].held = seats[i].held;
            heldOf[node] += seats[i].held;
        }
    }

    function _changePayout(uint256 node, uint256 amount) private {
        vm.prank(operator(node));
        registry.setPayout(operator(bound(amount, 1, NODES)));
    }

    function _canReveal(Case memory data) private view returns (bool) {
        if (data.phase == CasePhase.Revealing) return clock <= data.deadline;
        if (data.phase != CasePhase.Committing) return false;
        if (clock <= data.deadline) return data.committed == data.seats;
        return clock <= data.deadline + data.voteDuration;
    }

    function _scoreOf(Case memory data, Vote vote, uint256 seed) private pure returns (uint8) {
        if (data.kind != WorkKind.Labelling || vote == Vote.Abstain) return 0;
        return uint8(vote == Vote.Accept ? 60 + (seed % 41) : seed % 60);
    }

    /// @dev The first case of `phase` from a place in their list on; without one, any case or none.
    function _find(uint256 seed, CasePhase phase) private view returns (uint256) {
        uint256 count = committee.caseCount();
        for (uint256 i = 0; i < count && seed % 16 != 0; ++i) {
            uint256 candidate = 1 + (((seed % (count + 1)) + i) % count);
            if (committee.caseOf(candidate).phase == phase) return candidate;
        }
        return bound(seed, 1, count + 1);
    }

    /// @dev One of the verifiers of a case; sometimes any node.
    function _anyOf(uint256 caseId, uint256 seed) private view returns (uint256) {
        Seat[] memory seats = committee.seatsOf(caseId);
        if (seats.length == 0 || seed % 8 == 0) return bound(seed, 1, NODES);
        return NodeId.unwrap(seats[seed % seats.length].verifier);
    }
}
