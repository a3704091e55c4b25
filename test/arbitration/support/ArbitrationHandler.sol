// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Arbitration} from "../../../contracts/arbitration/Arbitration.sol";
import {ArbitrationRules} from "../../../contracts/arbitration/ArbitrationRules.sol";
import {
    Action,
    ActionKind,
    ArbitrationSuite,
    Dispute,
    DisputeStage,
    Panel,
    Ruling
} from "../../../contracts/arbitration/IArbitration.sol";
import {IJurorPool} from "../../../contracts/arbitration/IJurorPool.sol";
import {IBenchmarkRegistry} from "../../../contracts/benchmark/IBenchmarkRegistry.sol";
import {IWorkMarket, WorkTerms} from "../../../contracts/market/IWorkMarket.sol";
import {IEntropySource} from "../../../contracts/matching/IEntropySource.sol";
import {DeviceClass} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {IReputation} from "../../../contracts/reputation/IReputation.sol";
import {DisputeSubject, IWorkReview} from "../../../contracts/review/IWorkReview.sol";
import {ISlasher} from "../../../contracts/staking/ISlasher.sol";
import {IStakeVault} from "../../../contracts/staking/IStakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";
import {RecordingReview, SettableScores, SettableWork} from "./ArbitrationDoubles.sol";
import {ClockEntropy, PaperSlasher, PaperVault} from "./CourtDoubles.sol";

/// @dev Drives a court with twelve jurors, two parties and a crowd: honest, contrary and silent votes, appeals, jurors who come
/// and go, actions that fail. Every call says beforehand whether it must succeed.
contract ArbitrationHandler is Handler, VotesWorld {
    uint256 public constant JURORS = 12;
    uint256 public constant OTHERS = 5;
    uint256 private constant FUNDS = 1_000_000e18;
    uint256 private constant PATIENCE = 10 days;

    CorexToken public immutable token;
    Arbitration public immutable arbitration;
    IJurorPool public immutable pool;
    RecordingReview public immutable review;
    PaperSlasher public immutable slasher;
    ClockEntropy public immutable entropy;

    // Ghosts: what was given away without a claim, rulings seen, actions that succeeded.
    uint256 public donated;
    mapping(uint256 dispute => Ruling ruling) public finalOf;
    mapping(uint256 dispute => bool seen) public isFinal;
    mapping(uint256 dispute => uint256 count) public succeeded;
    mapping(uint256 dispute => Action[] actions) private _forClaimant;
    mapping(uint256 dispute => Action[] actions) private _forRespondent;
    mapping(uint256 dispute => uint32 fragment) private _fragments;
    uint32 private _nextFragment;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        token = newToken();
        sealVotes(token, address(0), address(this));
        NodeRegistry registry = new NodeRegistry(address(manager));
        entropy = new ClockEntropy();
        review = new RecordingReview();
        PaperVault vault = new PaperVault(token);
        slasher = new PaperSlasher();
        arbitration = new Arbitration(
            ArbitrationSuite({
                review: IWorkReview(address(review)),
                market: IWorkMarket(address(new SettableWork())),
                benchmarks: IBenchmarkRegistry(address(new SettableScores())),
                registry: registry,
                reputation: IReputation(address(slasher)),
                vault: IStakeVault(address(vault)),
                slasher: ISlasher(address(slasher)),
                entropy: IEntropySource(address(entropy)),
                feeRouter: address(0xfee)
            })
        );
        pool = arbitration.jurorPool();
        vm.prank(account(JURORS));
        registry.register(account(JURORS + 1), DeviceClass.GPU, "");
        review.set(DisputeSubject.Verdict, NodeId.wrap(1), PATIENCE);
        for (uint256 i = 0; i < JURORS + OTHERS; ++i) {
            token.transfer(account(i), FUNDS);
            vm.prank(account(i));
            token.approve(address(arbitration), type(uint256).max);
            vm.prank(account(i));
            token.approve(address(pool), type(uint256).max);
            // The node's addresses and the parties have stake too: they must never be drawn.
            vm.prank(account(i));
            pool.stake(4_000e18);
        }
        entropy.next();
    }

    function warp(uint256 seed) external onTime {
        clock += seed % 4 == 0 ? bound(seed, 1, 1 days) : bound(seed, 1, 4 hours);
        vm.warp(clock);
        if (seed % 3 == 0) entropy.next();
    }

    /// @dev A claim by one of the others, sometimes contested by another at once.
    function claim(uint256 who, uint256 rival) external onTime {
        address claimant = account(JURORS + bound(who, 2, OTHERS - 1));
        uint32 fragment = ++_nextFragment;
        mustFail(
            claimant,
            address(arbitration),
            abi.encodeCall(arbitration.claimResult, (_terms(), fragment, bytes32(0)))
        );
        vm.prank(claimant);
        uint256 dispute = arbitration.claimResult(_terms(), fragment, keccak256("evidence"));
        require(arbitration.disputeCount() == dispute, "ids count from one");
        _fragments[dispute] = fragment;
        _forClaimant[dispute].push(Action(ActionKind.RuleResult, abi.encode(_terms(), fragment, true)));
        _forRespondent[dispute].push(Action(ActionKind.RuleResult, abi.encode(_terms(), fragment, false)));
        if (rival % 8 != 0) contest(dispute, rival);
    }

    function contest(uint256 disputeSeed, uint256 who) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        Dispute memory data = arbitration.disputeOf(dispute);
        address rival = account(JURORS + bound(who, 2, OTHERS - 1));
        bytes memory call = abi.encodeCall(arbitration.contest, (dispute, keccak256("evidence")));
        bool possible = data.stage == DisputeStage.Claimed && clock <= data.deadline && rival != data.claimant;
        if (!possible) return mustFail(rival, address(arbitration), call);
        vm.prank(rival);
        arbitration.contest(dispute, keccak256("evidence"));
    }

    function draw(uint256 disputeSeed) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        Dispute memory data = arbitration.disputeOf(dispute);
        bool possible =
            data.stage == DisputeStage.Drawing && clock <= data.deadline && data.ticket <= entropy.revealed();
        if (!possible)
            return mustFail(address(this), address(arbitration), abi.encodeCall(arbitration.draw, (dispute)));
        arbitration.draw(dispute);
    }

    /// @dev Votes of a round, all at once: by the seed each juror is for one side, cannot tell, or is silent at either time.
    function vote(uint256 disputeSeed, uint256 seed, bool inTime) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        for (uint256 i = 0; i < 3 && arbitration.disputeOf(dispute).stage == DisputeStage.Drawing; ++i) {
            entropy.next();
            draw(dispute);
        }
        Dispute memory data = arbitration.disputeOf(dispute);
        if (data.stage != DisputeStage.Committing || clock > data.deadline) return;
        address[] memory jurors = arbitration.jurorsOf(dispute, data.round);
        for (uint256 i = 0; i < jurors.length; ++i) {
            uint256 choice = (seed >> (4 * i)) % 8;
            if (choice != 7) _commitOne(dispute, data.round, jurors[i], _choice(choice), bytes32(i));
        }
        if (inTime) clock = data.deadline + 1;
        vm.warp(clock);
        _reveal(dispute, data.round, jurors, seed);
    }

    function fund(uint256 disputeSeed, uint256 who, bool forClaimant, uint256 amount) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0 || arbitration.disputeOf(dispute).stage != DisputeStage.Appealing) return;
        Ruling side = forClaimant ? Ruling.Claimant : Ruling.Respondent;
        (uint256 cost, uint256 missing) = _costOf(dispute, forClaimant);
        amount = amount == type(uint256).max ? 2 * cost : bound(amount, 0, 2 * cost);
        uint256 least = (cost + 15) / 16 < missing ? (cost + 15) / 16 : missing;
        address from = account(bound(who, 0, JURORS + OTHERS - 1));
        if (!_canFund(dispute, side) || missing == 0 || amount < least) {
            return
                mustFail(from, address(arbitration), abi.encodeCall(arbitration.fundAppeal, (dispute, side, amount)));
        }
        uint256 expected = amount < missing ? amount : missing;
        uint256 held = token.balanceOf(from);
        vm.prank(from);
        require(arbitration.fundAppeal(dispute, side, amount) == expected, "takes what is missing");
        require(token.balanceOf(from) == held - expected, "and no more");
    }

    /// @dev A whole round: votes, and what ends it, so that counts are common.
    function play(uint256 disputeSeed, uint256 seed) public {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        vote(dispute, seed, seed % 2 == 0);
        advance(dispute);
        if (arbitration.disputeOf(dispute).stage != DisputeStage.Revealing) return;
        clock = arbitration.disputeOf(dispute).deadline + 1;
        advance(dispute);
    }

    /// @dev Both sides pay, by one or two contributions each, and the next round is played, so that later rounds are common.
    function appeal(uint256 disputeSeed, uint256 seed) external {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        seed = uint256(keccak256(abi.encode(seed)));
        if (arbitration.disputeOf(dispute).stage < DisputeStage.Appealing) play(dispute, seed >> 128);
        for (uint256 times = 1 + (seed % 3); times != 0; --times) {
            for (uint256 i = 0; i < 4; ++i) {
                fund(dispute, seed >> (8 * i), i % 2 == 0, i < 2 ? seed : type(uint256).max);
            }
            seed = uint256(keccak256(abi.encode(seed)));
            play(dispute, seed);
        }
    }

    /// @dev Lets stages pass until the ruling, and does what is left to do.
    function conclude(uint256 disputeSeed, bool willing) external {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        if (arbitration.disputeOf(dispute).stage < DisputeStage.Ruled) {
            uint256 end = arbitration.disputeOf(dispute).openedAt + arbitration.MAX_DURATION() + 1;
            if (end > clock) clock = end;
            advance(dispute);
        }
        execute(dispute, willing);
        for (uint256 round = 0; round < 4; ++round) settle(dispute, round);
    }

    function advance(uint256 disputeSeed) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        (bool success, ) = address(arbitration).call(abi.encodeCall(arbitration.advance, (dispute)));
        DisputeStage stage = arbitration.disputeOf(dispute).stage;
        uint256 deadline = arbitration.disputeOf(dispute).deadline;
        require(
            success || stage >= DisputeStage.Ruled || clock <= deadline,
            "INV-ARB-3: overdue, and nobody can end it"
        );
        look(dispute);
    }

    /// @dev Executes what was announced while the review waits, after trying what was not; some of it fails at first.
    function execute(uint256 disputeSeed, bool willing) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        Dispute memory data = arbitration.disputeOf(dispute);
        bool forClaimant = data.ruling == Ruling.Claimant;
        Action[] memory right = forClaimant ? _forClaimant[dispute] : _forRespondent[dispute];
        Action[] memory wrong = forClaimant ? _forRespondent[dispute] : _forClaimant[dispute];
        mustFail(address(this), address(arbitration), abi.encodeCall(arbitration.execute, (dispute, wrong)));
        mustFail(address(this), address(arbitration), abi.encodeCall(arbitration.execute, (dispute, new Action[](0))));
        if (data.stage != DisputeStage.Ruled || clock > data.openedAt + PATIENCE) {
            return mustFail(address(this), address(arbitration), abi.encodeCall(arbitration.execute, (dispute, right)));
        }
        review.setMood(willing ? RecordingReview.Mood.Willing : RecordingReview.Mood.Unwilling, "");
        require(arbitration.execute(dispute, right) == willing, "done exactly if the review took it");
        if (willing) ++succeeded[dispute];
        look(dispute);
    }

    function settle(uint256 disputeSeed, uint256 roundSeed) public onTime {
        uint256 dispute = _pick(disputeSeed);
        if (dispute == 0) return;
        uint256 round = bound(roundSeed, 0, 4);
        bool possible =
            arbitration.disputeOf(dispute).stage >= DisputeStage.Ruled &&
                round < 4 &&
                !arbitration.panelOf(dispute, round).settled;
        bytes memory call = abi.encodeCall(arbitration.settleRound, (dispute, round));
        if (!possible) return mustFail(address(this), address(arbitration), call);
        arbitration.settleRound(dispute, round);
    }

    function withdraw(uint256 who) external onTime {
        address account_ = who % 8 == 0 ? address(0xfee) : account(bound(who, 0, JURORS + OTHERS - 1));
        uint256 owed = arbitration.owedTo(account_);
        if (owed == 0) {
            return mustFail(address(this), address(arbitration), abi.encodeCall(arbitration.withdraw, (account_)));
        }
        uint256 held = token.balanceOf(account_);
        require(arbitration.withdraw(account_) == owed, "what it is owed");
        require(token.balanceOf(account_) == held + owed, "and no more");
    }

    /// @dev A juror asks to leave, is paid, or comes back.
    function move(uint256 who, uint256 seed) external onTime {
        address juror = account(bound(who, 0, JURORS - 1));
        (uint256 staked, uint256 leaving, uint256 locked, uint256 from) = pool.jurorOf(juror);
        vm.prank(juror);
        if (seed % 4 == 0 && staked != 0) {
            pool.startLeaving(staked);
        } else if (leaving != 0 && clock >= from && staked + leaving > locked) {
            pool.withdraw();
        } else {
            pool.stake(bound(seed, 1_000e18, 3_000e18));
        }
    }

    function donate(uint256 amount) external {
        amount = bound(amount, 0, 1e18);
        token.transfer(address(arbitration), amount);
        token.transfer(address(pool), amount);
        donated += amount;
    }

    /// @dev Remembers a final ruling, which must never change.
    function look(uint256 dispute) public {
        Dispute memory data = arbitration.disputeOf(dispute);
        if (data.stage < DisputeStage.Ruled) return;
        require(!isFinal[dispute] || finalOf[dispute] == data.ruling, "INV-ARB-2: a second ruling");
        (isFinal[dispute], finalOf[dispute]) = (true, data.ruling);
    }

    function account(uint256 index) public pure returns (address) {
        return address(uint160(0xacc0000 + index));
    }

    /// @dev Bonds and contributions of rounds that are not settled.
    function openMoney(uint256 dispute) external view returns (uint256 amount) {
        Dispute memory data = arbitration.disputeOf(dispute);
        if (!arbitration.panelOf(dispute, 0).settled) {
            amount += data.respondent == address(0) ? data.bond : 2 * data.bond;
        }
        for (uint256 round = 1; round <= 3; ++round) {
            if (arbitration.panelOf(dispute, round).settled) continue;
            amount += arbitration.fundedOf(dispute, round, Ruling.Claimant);
            amount += arbitration.fundedOf(dispute, round, Ruling.Respondent);
        }
    }

    function _costOf(uint256 dispute, bool forClaimant) private view returns (uint256 cost, uint256 missing) {
        (uint256 all, uint256 claimantHas, uint256 respondentHas) = arbitration.appealOf(dispute);
        return (all, all - (forClaimant ? claimantHas : respondentHas));
    }

    /// @dev Whether `side` can be funded now: the one that lost for nine hours less.
    function _canFund(uint256 dispute, Ruling side) private view returns (bool) {
        Dispute memory data = arbitration.disputeOf(dispute);
        bool isLoser = side == ArbitrationRules.losingSideOf(data.ruling);
        return clock <= data.deadline - (isLoser ? 9 hours : 0);
    }

    function _commitOne(uint256 dispute, uint256 round, address juror, Ruling ruling, bytes32 salt) private {
        (bytes32 before, , ) = arbitration.ballotOf(dispute, round, juror);
        bytes32 commitment = arbitration.commitmentOf(dispute, round, juror, ruling, salt);
        if (before != 0) {
            return mustFail(juror, address(arbitration), abi.encodeCall(arbitration.commit, (dispute, commitment)));
        }
        vm.prank(juror);
        arbitration.commit(dispute, commitment);
    }

    function _reveal(uint256 dispute, uint256 round, address[] memory jurors, uint256 seed) private {
        for (uint256 i = 0; i < jurors.length; ++i) {
            uint256 choice = (seed >> (4 * i)) % 8;
            if (choice < 6) _revealOne(dispute, round, jurors[i], _choice(choice), bytes32(i));
        }
    }

    function _revealOne(uint256 dispute, uint256 round, address juror, Ruling ruling, bytes32 salt) private {
        (bytes32 before, bool revealed, ) = arbitration.ballotOf(dispute, round, juror);
        if (before == 0 || revealed) return;
        Panel memory panel = arbitration.panelOf(dispute, round);
        bool open = clock > arbitration.disputeOf(dispute).deadline || panel.committed == panel.drawn;
        open = open || arbitration.disputeOf(dispute).stage == DisputeStage.Revealing;
        if (!open || before != arbitration.commitmentOf(dispute, round, juror, ruling, salt)) {
            bytes memory call = abi.encodeCall(arbitration.reveal, (dispute, ruling, salt));
            return mustFail(juror, address(arbitration), call);
        }
        vm.prank(juror);
        arbitration.reveal(dispute, ruling, salt);
    }

    function _choice(uint256 choice) private pure returns (Ruling) {
        if (choice == 5) return Ruling.Undecided;
        return choice % 2 == 0 ? Ruling.Claimant : Ruling.Respondent;
    }

    function _pick(uint256 seed) private view returns (uint256) {
        uint256 count = arbitration.disputeCount();
        if (count == 0) return 0;
        return bound(seed, count > 1 ? count - 1 : 1, count);
    }

    function _terms() private pure returns (WorkTerms memory terms) {
        terms.owner = account(JURORS + 1);
    }
}
